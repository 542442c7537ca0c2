import { once } from 'node:events';
import { Agent, createServer, get, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { listen, startListening } from '#local/listen.ts';

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

/** A server that answers when it is told to. */
async function listenAndHold() {
  let arrived = () => {};
  const underWay = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  let finish = (_: Response) => {};
  const answer = new Promise<Response>((resolve) => {
    finish = resolve;
  });
  const server = await listen(() => {
    arrived();
    return answer;
  });
  return { server, underWay, finish };
}

test('closing lets a request under way finish', async () => {
  const { server, underWay, finish } = await listenAndHold();
  const answer = fetch(server.url);
  await underWay;
  const closed = server.close();
  finish(new Response('late'));
  expect(await (await answer).text()).toBe('late');
  await closed;
});

test('closing waits for a request whose sender has hung up, since what it does is not undone', async () => {
  const { server, underWay, finish } = await listenAndHold();
  const sent = get(server.url).on('error', () => {});
  const hungUp = new Promise((resolve) => sent.on('close', resolve));
  await underWay;
  sent.destroy();
  await hungUp;
  const order: string[] = [];
  const closed = server.close().then(() => order.push('closed'));
  await pause(50);
  order.push('finished');
  finish(new Response('late'));
  await closed;
  expect(order).toEqual(['finished', 'closed']);
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

test('whoever sends a large file over a slow line is not cut off in the middle', async () => {
  // Node's own limits are five minutes and thirty seconds.
  const impatient = createServer(
    { requestTimeout: 100, connectionsCheckingInterval: 20 },
    async (sent, answer) => answer.end(await text(sent)),
  );
  const server = await startListening(impatient);
  const sending = request(server.url, { method: 'PUT' });
  sending.write('one ');
  for (let i = 0; i < 10; i++) {
    await pause(40);
    sending.write('more ');
  }
  sending.end();
  const [response] = await once(sending, 'response');
  expect(await text(response)).toBe(`one ${'more '.repeat(10)}`);
  await server.close();
});

test('whoever stops in the middle of a file is let go', async () => {
  const server = await listen(async (sent) => new Response(await sent.text()), { stall: 50 });
  const stalled = connect(server.port, '127.0.0.1');
  stalled.write('PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf');
  await once(stalled, 'close');
  await server.close();
});

test('whoever has sent all may wait for an answer as long as it takes', async () => {
  const server = await listen(() => pause(300, new Response('at last')), { stall: 50 });
  expect(await (await fetch(server.url, { method: 'PUT', body: 'all of it' })).text()).toBe('at last');
  expect(await (await fetch(server.url)).text()).toBe('at last');
  await server.close();
});
