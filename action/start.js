import { register } from 'tsx/esm/api';

// The folder that it is called in is somebody else's, and so is its tsconfig.json.
register({ tsconfig: false });
await import('./publish.ts');
