/** Slurm on this machine alone, while a test runs: a controller and one node, in a folder that is removed. @module */

import { run } from "./run.ts";
import { TemporaryFolder } from "./temporary_folder.ts";

/** Milliseconds that the node is waited for. */
const PATIENCE = 20_000;

/** A cluster of one node. */
export class Slurm implements AsyncDisposable {
  /** What its programs are told by. */
  readonly env: { readonly SLURM_CONF: string };
  readonly #folder: TemporaryFolder;
  readonly #daemons: Deno.ChildProcess[];

  private constructor(folder: TemporaryFolder) {
    this.#folder = folder;
    this.env = { SLURM_CONF: `${folder.path}/slurm.conf` };
    this.#daemons = [
      this.#start("slurmctld", ["-D"]),
      this.#start("slurmd", ["-D", "-N", "localhost"]),
    ];
  }

  /**
   * Starts one, and waits for its node.
   *
   * @throws {Error} with what its daemons wrote, if the node does not come.
   */
  static async open(): Promise<Slurm> {
    const folder = new TemporaryFolder();
    for (const name of ["state", "spool"]) Deno.mkdirSync(`${folder.path}/${name}`);
    Deno.writeTextFileSync(`${folder.path}/slurm.conf`, await configuration(folder.path));
    const slurm = new Slurm(folder);
    const end = performance.now() + PATIENCE;
    while (performance.now() < end) {
      const { stdout } = await run("sinfo", { args: ["-h", "-o", "%t"], env: { ...slurm.env } });
      if (stdout.trim() === "idle") return slurm;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    const logs = ["slurmctld", "slurmd"].map((name) =>
      Deno.readTextFileSync(`${folder.path}/${name}.log`)
    );
    await slurm[Symbol.asyncDispose]();
    throw new Error(`Slurm's node did not come: ${logs.join("\n")}`);
  }

  #start(program: string, args: string[]): Deno.ChildProcess {
    const options = { args, env: { ...this.env }, stdin: "null", stdout: "null", stderr: "null" };
    return new Deno.Command(program, options as Deno.CommandOptions).spawn();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const daemon of this.#daemons) daemon.kill("SIGKILL");
    await Promise.all(this.#daemons.map(({ status }) => status));
    this.#folder[Symbol.dispose]();
  }
}

/** One node, which says it has four processors; nobody is asked who he is, and nothing is bound to anything. */
async function configuration(folder: string): Promise<string> {
  const user = (await run("id", { args: ["-un"] })).stdout.trim();
  const [controller, node] = freePorts(2);
  const daemons = ["Slurmctld", "Slurmd"].map((name) =>
    `${name}PidFile=${folder}/${name}.pid\n${name}LogFile=${folder}/${name.toLowerCase()}.log`
  );
  return `ClusterName=test
SlurmctldHost=localhost
SlurmUser=${user}
SlurmdUser=${user}
AuthType=auth/none
CredType=cred/none
SlurmctldPort=${controller}
SlurmdPort=${node}
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
${daemons.join("\n")}
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SchedulerParameters=sched_interval=1
SlurmdParameters=config_overrides
NodeName=localhost CPUs=4 State=UNKNOWN
PartitionName=all Nodes=localhost Default=YES MaxTime=INFINITE State=UP
`;
}

function freePorts(count: number): number[] {
  const listeners = Array.from({ length: count }, () => Deno.listen({ port: 0 }));
  const ports = listeners.map(({ addr }) => (addr as Deno.NetAddr).port);
  for (const listener of listeners) listener.close();
  return ports;
}
