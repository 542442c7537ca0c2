import { clientAddress } from '#lambdas/api/client-address.ts';
import { createDelivery } from '#local/delivery.ts';

const ORIGIN_SECRET = 'known-to-the-delivery-alone';

const deliveryTo = (api: (request: Request) => Response) =>
  createDelivery({
    api,
    s3: () => new Response(),
    bucket: 'packages',
    incoming: { bucket: 'incoming', s3Url: 'http://127.0.0.1:9000' },
    accessKeyId: 'ours',
    originSecret: ORIGIN_SECRET,
    viewerFunction: async ({ request }) => request,
  });

/** Whom the API takes a request for, that came through the delivery. */
async function clientBehind(forwarded: string | undefined): Promise<string | undefined> {
  let address: string | undefined;
  const deliver = deliveryTo((request) => {
    address = clientAddress(request, ORIGIN_SECRET);
    return new Response();
  });
  const asked = new Request('http://127.0.0.1/api/health');
  if (forwarded !== undefined) asked.headers.set('x-forwarded-for', forwarded);
  await deliver(asked);
  return address;
}

test.each([
  ['says nothing', '192.0.2.7'],
  ['claims to be another', '6.6.6.6, 192.0.2.7'],
  ['claims to be several', '6.6.6.6, 7.7.7.7, 192.0.2.7'],
])('a client behind a proxy that %s is whom the proxy saw', async (_case, forwarded) => {
  expect(await clientBehind(forwarded)).toBe('192.0.2.7');
});

test('without a proxy nobody says who the client is', async () => {
  expect(await clientBehind(undefined)).toBeUndefined();
});

test.each(['$(id)', '`id`', 'a;id', "a'b", 'a"b', 'a&b', '{a,b}'])(
  'nobody is shown commands for the host %s, which a shell would run',
  async (host) => {
    const answer = await deliveryTo(() => new Response('commands'))(new Request(`http://${host}/api/health`));
    expect([answer.status, await answer.text()]).toEqual([400, '']);
  },
);

test.each(['localhost:8080', 'alpenglow_1', '192.0.2.7', '[::1]:8080', 'xn--bcher-kva.example'])(
  'whoever calls the registry %s is answered',
  async (host) => {
    const answer = await deliveryTo(() => new Response('commands'))(new Request(`http://${host}/api/health`));
    expect(await answer.text()).toBe('commands');
  },
);
