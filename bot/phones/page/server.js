// Talking to the server on this machine: acts go there, and after every change all that is to be seen comes back.

export async function act(what, body = {}) {
  const answer = await fetch(`/phones/${what}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  }).catch(() => null);
  return answer?.ok ?? false;
}

export async function look() {
  const answer = await fetch("/phones/state").catch(() => null);
  return answer?.ok ? answer.json() : null;
}

// Calls `changed` after every change, never twice at once; `lost` when the server does not answer.
export function listen(changed, lost) {
  let asked = false;
  let again = false;
  const soon = async () => {
    if (asked) { again = true; return; }
    asked = true;
    do { again = false; await changed(); } while (again);
    asked = false;
  };
  const events = new EventSource("/phones/events");
  events.onmessage = soon;
  events.onerror = lost;
  return soon;
}

export async function base64(blob) {
  const whole = await new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.readAsDataURL(blob);
  });
  return whole.slice(whole.indexOf(",") + 1);
}
