// Keep things in IndexedDB so that a closed page, an empty battery or a crash loses none. Shared by every page that
// must work without a network: `waiting` holds what is to be uploaded, `kept` a few named values.

const NAME = "canteen";
const VERSION = 1;

export class Shelf {
  static async open(name = NAME) {
    const request = indexedDB.open(name, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("waiting", { keyPath: "id" });
      request.result.createObjectStore("kept", { keyPath: "name" });
    };
    return new Shelf(await settled(request));
  }

  constructor(database) {
    this.database = database;
  }

  all(store) {
    return this.read(store, (shelf) => shelf.getAll());
  }

  async kept(name) {
    return (await this.read("kept", (shelf) => shelf.get(name)))?.value ?? null;
  }

  keep(name, value) {
    return this.write("kept", (shelf) => shelf.put({ name, value }));
  }

  forget(name) {
    return this.write("kept", (shelf) => shelf.delete(name));
  }

  read(store, ask) {
    return settled(ask(this.database.transaction(store).objectStore(store)));
  }

  // Resolves when the change is on the disk, not when it was asked for.
  async write(store, change) {
    const act = this.database.transaction(store, "readwrite", { durability: "strict" });
    change(act.objectStore(store));
    await finished(act);
  }

  // Read and change several shelves as one act; `work` gets the stores by name and must not wait for anything else.
  async together(stores, work) {
    const act = this.database.transaction(stores, "readwrite", { durability: "strict" });
    const result = await work(Object.fromEntries(stores.map((name) => [name, act.objectStore(name)])));
    await finished(act);
    return result;
  }
}

export function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function finished(act) {
  return new Promise((resolve, reject) => {
    act.oncomplete = () => resolve();
    act.onerror = () => reject(act.error);
    act.onabort = () => reject(act.error);
  });
}
