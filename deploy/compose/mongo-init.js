// Make the three members a replica set, once; then wait for a primary.
// Run again it changes nothing, so the job may be repeated at every start.

const MEMBERS = ["mongo-1:27017", "mongo-2:27017", "mongo-3:27017"];
const NOT_YET_INITIALIZED = 94;
const deadline = Date.now() + 600_000;

// Connects to one member, which may be starting.
function connected(host) {
  for (;;) {
    try {
      const found = connect(`mongodb://${host}/admin?directConnection=true`);
      found.runCommand({ ping: 1 });
      return found;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      print(`waiting for ${host}`);
      sleep(2000);
    }
  }
}

// All are waited for: a majority must answer to the first configuration.
for (const host of MEMBERS) connected(host);
db = connected(MEMBERS[0]);

try {
  rs.status();
} catch (error) {
  if (error.code !== NOT_YET_INITIALIZED) throw error;
  rs.initiate({
    _id: "rs0",
    members: MEMBERS.map((host, at) => ({ _id: at, host, priority: at === 0 ? 2 : 1 })),
  });
}

while (!rs.status().members.some((member) => member.stateStr === "PRIMARY")) {
  if (Date.now() > deadline) throw new Error("no primary in time");
  sleep(500);
}
print("rs0 has a primary");
