// Speaks WebSocket without a GraphQL client, to say what no client would. Argument: the URL. In: [{"protocols", "steps"}] with steps
// {"send": text}, {"sendBinary": text}, {"sendFragments": [text]}, {"await": message type}, {"close": code or null}. Each case has a connection of
// its own. Out: for each, {"messages", "code", "reason"} as of the server's closing.
import WebSocket from 'ws';

const cases = JSON.parse(await new Promise((resolve) => {
  let text = '';
  process.stdin.on('data', (chunk) => (text += chunk)).on('end', () => resolve(text));
}));

function run({ protocols, steps }) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(process.argv[2], protocols);
    const messages = [];
    const rest = [...steps];
    const advance = () => {
      while (rest.length > 0) {
        const step = rest[0];
        if (step.await !== undefined && !messages.some((message) => JSON.parse(message).type === step.await)) {
          return;
        }
        rest.shift();
        if (step.send !== undefined) socket.send(step.send);
        if (step.sendBinary !== undefined) socket.send(Buffer.from(step.sendBinary), { binary: true });
        if (step.sendFragments !== undefined) step.sendFragments.forEach((part, i, all) => socket.send(part, { fin: i === all.length - 1 }));
        if (step.close !== undefined) socket.close(...(step.close === null ? [] : [step.close]));
      }
    };
    socket.on('open', advance);
    socket.on('message', (data, isBinary) => {
      messages.push(isBinary ? 'binary' : data.toString());
      advance();
    });
    socket.on('error', reject);
    socket.on('close', (code, reason) => resolve({ messages, code, reason: reason.toString() }));
  });
}

process.stdout.write(JSON.stringify(await Promise.all(cases.map(run))));
