import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const BINARY = process.env.TOUCHLOOP ?? new URL("../../target/release/touchloop", import.meta.url).pathname;

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
}

/** The real binary on loopback with a database of its own; it can be killed and started again on the same data. */
export class Server {
  private child?: ChildProcess;
  private log = "";

  private constructor(
    readonly port: number,
    readonly data: string,
    private readonly mode: string[],
  ) {}

  /** In open mode, unless accounts are asked for. */
  static async start({ accounts = false } = {}): Promise<Server> {
    const server = new Server(await freePort(), mkdtempSync(join(tmpdir(), "touchloop-")), accounts ? [] : ["--open"]);
    await server.up();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Where the first account is made, as the server has told it. */
  get setUp(): string {
    const told = [...this.log.matchAll(/set up the first account at (\S+)/g)].at(-1);
    if (!told) throw new Error(`no first account is asked for:\n${this.log}`);
    return told[1]!;
  }

  /** Starts the process, unless it runs. */
  async up(): Promise<void> {
    if (this.child && this.child.exitCode === null && this.child.signalCode === null) return;
    const child = spawn(BINARY, ["serve", ...this.mode, "--addr", `127.0.0.1:${this.port}`, "--data", this.data], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout?.on("data", (text) => (this.log += text));
    child.stderr?.on("data", (text) => (this.log += text));
    this.child = child;
    const deadline = Date.now() + 20_000;
    while (Date.now() < deadline) {
      if (child.exitCode !== null) throw new Error(`the server stopped with ${child.exitCode}:\n${this.log}`);
      const ready = await fetch(`${this.url}/readyz`).then((reply) => reply.ok, () => false);
      if (ready) return;
      await new Promise((again) => setTimeout(again, 25));
    }
    throw new Error(`the server did not become ready:\n${this.log}`);
  }

  /** Ends the process; SIGKILL is the power cut. */
  async down(signal: "SIGKILL" | "SIGTERM" = "SIGKILL"): Promise<number | null> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const exit = once(child, "exit");
    child.kill(signal);
    await exit;
    return child.exitCode;
  }

  /** Lets the process sleep: connections stay open and nothing is answered, until it is killed. */
  freeze(): void {
    this.child?.kill("SIGSTOP");
  }

  async remove(): Promise<void> {
    await this.down();
    rmSync(this.data, { recursive: true, force: true });
  }
}
