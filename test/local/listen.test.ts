import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { listen } from '#local/listen.ts';

test('closing ends connections that are kept alive but idle', async () => {
  const server = await listen(() => new Response('hello'));
  const agent = new Agent({ keepAlive: true });
  const [response] = await once(get(server.url, { agent }), 'response');
  response.resume();
  await once(response, 'end');
  await server.close();
  agent.destroy();
  await expect(fetch(server.url)).rejects.toThrow();
});

test('closing lets a request under way finish', async () => {
  let arrived = () => {};
  const underWay = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  let finish = (_: Response) => {};
  const server = await listen(() => {
    arrived();
    return new Promise<Response>((resolve) => {
      finish = resolve;
    });
  });
  const answer = fetch(server.url);
  await underWay;
  const closed = server.close();
  finish(new Response('late'));
  expect(await (await answer).text()).toBe('late');
  await closed;
});

test('closing does not wait long for a connection that says nothing', async () => {
  const server = await listen(() => new Response('hello'));
  const silent = connect(server.port, '127.0.0.1');
  await once(silent, 'connect');
  const ended = once(silent, 'close');
  await server.close();
  await ended;
});

test('a port that is taken is an error', async () => {
  const server = await listen(() => new Response('hello'));
  await expect(listen(() => new Response(), { port: server.port })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
  await server.close();
});
