// Uses up the link that the address brings, once its reader says so: mail scanners open
// links, but press no button.

const byId = (id) => document.getElementById(id);
const token = decodeURIComponent(location.hash.slice(1));
// The token must not stay in the address, where it would be copied along.
history.replaceState(null, "", location.pathname);

async function redeem(app) {
  const response = await fetch("v1/sessions/redeem", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Handrail": "1" },
    body: JSON.stringify(app ? { token, app_id: app } : { token }),
  });
  if (response.ok) {
    location.replace("../#signed-in");
    return;
  }
  const problem = await response.json();
  byId("notice").textContent = problem.detail ?? "This did not work. Try again.";
  if (problem.reason === "choose_app") offer(problem.apps);
}

function offer(apps) {
  byId("confirm").hidden = true;
  byId("choose").hidden = false;
  byId("apps").replaceChildren(
    ...apps.map(({ app_id: id, name }, place) => {
      const input = Object.assign(document.createElement("input"), { type: "radio", name: "app", value: id, checked: place === 0 });
      const label = document.createElement("label");
      label.append(input, ` ${name}`);
      return label;
    }),
  );
}

byId("confirm").addEventListener("submit", (event) => {
  event.preventDefault();
  redeem();
});
byId("choose").addEventListener("submit", (event) => {
  event.preventDefault();
  redeem(new FormData(byId("choose")).get("app"));
});
if (!token) {
  byId("notice").textContent = "This address holds no link. Open the one in your mail.";
  byId("confirm").hidden = true;
}
