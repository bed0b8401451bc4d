// `runqueue`: the engine without a picture. Results go to standard output, all else to standard
// error; exit codes: 0 pass, 1 a check failed, 2 bad input, 3 bad usage, 4 a limit, 5 an invariant.
#include <CLI/CLI.hpp>  // first: iostreams want the C library's error numbers

#include "cli/commands.hpp"

#include <cstdio>
#include <cstdlib>

using namespace rq::cli;

namespace {

void add_run_options(CLI::App& app, RunOptions& o) {
    const char* group = "The run";
    app.add_option("--kernel", o.kernel, "Linux to simulate: 6.1 (CFS) or 6.12 (EEVDF)")
        ->check(CLI::IsMember({"6.1", "6.12"}))
        ->group(group);
    app.add_option("--machine", o.machine,
                   "a named machine, or cpus=4, or sockets=2,cores=2,threads=1,nodes=2,distance=20")
        ->group(group);
    app.add_option("--boot", o.boot, "kernel command line, e.g. \"isolcpus=2,3\"")
        ->take_all()
        ->expected(1)
        ->group(group);
    app.add_option("--sysctl", o.sysctl, "KEY=VALUE as in /proc/sys (may be repeated)")
        ->take_all()
        ->expected(1)
        ->group(group);
    app.add_option("--sched", o.sched,
                   "KEY=VALUE as in /sys/kernel/debug/sched, e.g. latency_ns=24000000 or "
                   "features=NO_GENTLE_FAIR_SLEEPERS (may be repeated)")
        ->take_all()
        ->expected(1)
        ->group(group);
    app.add_option("--profile", o.profile,
                   "what things cost: ideal (nothing), realistic (default), emulated (the "
                   "machine of the kernel recordings)")
        ->check(CLI::IsMember({"ideal", "realistic", "emulated"}))
        ->group(group);
    app.add_option("--first-tick", o.first_tick, "the first timer tick after the start, e.g. 3ms")
        ->group(group);
    app.add_option("--seed", o.seed, "seed of all random numbers")->group(group);
    app.add_option("--from", o.from, "measure from here on, counted from the tasks' start")
        ->group(group);
    app.add_option("--until", o.until, "end of the run, counted from the tasks' start")
        ->group(group);
}

const char* file_help = "scenario, rt-app file or workload; - = standard input; or the name of a "
                        "built-in scenario";

void add_run(CLI::App& app, RunArguments& a) {
    CLI::App* c = app.add_subcommand("run", "run a file and report what each task got");
    c->add_option("FILE", a.file, file_help)->required();
    c->add_option("--report", a.report, "text, or json with the keys of the kernel recordings")
        ->check(CLI::IsMember({"text", "json"}));
    c->add_option("--trace", a.trace, "write the trace: OUT.ftrace (kernel text) or OUT.rqt");
    add_run_options(*c, a.options);
    c->footer(
        "Examples:\n"
        "  runqueue run hogs.json                         a table for people\n"
        "  runqueue run hogs.json --report json | jq .tasks.hogA.share\n"
        "  runqueue run hogs.json --from 100ms --until 3s  leave the start out\n"
        "  runqueue run hogs.json --machine cpus=4 --sched latency_ns=24000000\n"
        "  runqueue run hogs.json --trace hogs.ftrace     open it in Perfetto");
}

void add_hash(CLI::App& app, HashArguments& a) {
    CLI::App* c = app.add_subcommand("hash", "run and print one figure for state and trace: equal "
                                             "figures mean the same run, bit for bit");
    c->add_option("FILE", a.files, file_help)->required();
    c->add_flag("--parts", a.parts, "also the hashes of state and trace alone, and the events");
    add_run_options(*c, a.options);
}

void add_check(CLI::App& app, CheckArguments& a) {
    CLI::App* c = app.add_subcommand("check", "run scenarios and grade them by their `expect`");
    c->add_option("FILE", a.files, file_help)->required();
    c->add_option("--report", a.report, "text, junit or json (one object a line)")
        ->check(CLI::IsMember({"text", "junit", "json", "tap", "gradescope"}));
    add_run_options(*c, a.options);
    c->footer("Exit code 0: everything expected came true; 1: something did not.\n"
              "Example of an expectation in a scenario:\n"
              "  \"expect\": [{\"metric\": \"tasks.hogA.share\", \"op\": \"within\",\n"
              "              \"value\": 0.75, \"tolerance\": 0.01}]");
}

void add_export(CLI::App& app, ExportArguments& a) {
    CLI::App* c = app.add_subcommand("export", "run and write what other programs read");
    c->add_option("FILE", a.file, file_help)->required();
    c->add_option("--to", a.to, "ftrace (trace text for Perfetto and scripts), csv (a line of "
                                "figures for each task), svg (the timeline as a picture)")
        ->required()
        ->check(CLI::IsMember({"ftrace", "csv", "svg", "perfetto"}));
    c->add_option("-o,--output", a.output, "where to; default: standard output");
    add_run_options(*c, a.options);
}

void add_perf(CLI::App& app, PerfArguments& a) {
    CLI::App* c = app.add_subcommand("perf", "what `perf sched` would print of the run");
    CLI::App* sched = c->add_subcommand("sched", "latency, timehist or map");
    c->require_subcommand(1);
    sched->add_option("REPORT", a.what, "latency: waits by task; timehist: every switch; map: CPUs")
        ->required()
        ->check(CLI::IsMember({"latency", "timehist", "map"}));
    sched->add_option("FILE", a.file, file_help)->required();
    add_run_options(*sched, a.options);
}

void add_sweep(CLI::App& app, SweepArguments& a) {
    CLI::App* c = app.add_subcommand("sweep", "run a file with every combination of settings and "
                                              "print a CSV line of metrics for each");
    c->add_option("FILE", a.file, file_help)->required();
    c->add_option("--over", a.over,
                  "WHAT=V1,V2… or, for numbers, WHAT=FIRST..LAST; WHAT is kernel, profile, seed, "
                  "machine, first-tick, until, sched.KEY or sysctl.KEY (may be repeated)")
        ->required()
        ->take_all()
        ->expected(1);
    c->add_option("--metric", a.metrics, "path into the JSON report (may be repeated); default: "
                                         "the share of every task")
        ->take_all()
        ->expected(1);
    add_run_options(*c, a.options);
    c->footer("Example:\n  runqueue sweep hogs.json --over kernel=6.1,6.12 --over "
              "first-tick=1ms,2ms,3ms --metric tasks.hogA.share");
}

void add_proc(CLI::App& app, ProcArguments& a) {
    CLI::App* c = app.add_subcommand("proc", "write the files of /proc and /sys as they are at an "
                                                   "instant");
    c->add_option("FILE", a.file, file_help)->required();
    c->add_option("--at", a.at, "the instant, counted from the tasks' start")->required();
    c->add_option("--out", a.out, "folder that gets proc/ and sys/; made if it is not there")
        ->required();
    c->add_option("--self", a.self, "task whose directory /proc/self is: its name or number; "
                                    "default: the scenario's first");
    add_run_options(*c, a.options);
    c->footer("Example:\n  runqueue proc hogs.json --at 100ms --out root && cat root/proc/1000/status");
}

void add_sh(CLI::App& app, ShellArguments& a) {
    CLI::App* c = app.add_subcommand("sh", "a Linux-like command line on the simulated machine");
    c->add_option("FILE", a.file, file_help)->required();
    c->add_option("-c", a.command, "execute this instead of reading standard input");
    add_run_options(*c, a.options);
    c->footer("Commands are read from standard input; `help` lists them. Time passes as commands need "
              "it,\nand by `run 10ms`; `back 10ms` and `at 1s` go anywhere.\nExample:\n  "
              "runqueue sh 04-fair/nice -c 'run 100ms; ps -eo pid,ni,time,comm; cat /proc/schedstat'");
}

void add_view(CLI::App& app, ViewArguments& a) {
    CLI::App* c = app.add_subcommand("view", "print a view of the page as a table, at an instant");
    c->add_option("VIEW", a.view, "queue, vruntime, inspector, tree, sharing, memory, groups, "
                                  "machine, costs, latency or preemptions")
        ->required();
    c->add_option("FILE", a.file, file_help)->required();
    c->add_option("--at", a.at, "the instant, counted from the tasks' start")->required();
    c->add_option("--task", a.task, "the selected task, by its name in reports");
    c->add_option("--cpu", a.cpu, "the selected CPU; default 0");
    c->add_option("--report", a.report, "text or json")->check(CLI::IsMember({"text", "json"}));
    add_run_options(*c, a.options);
    c->footer("Example:\n  runqueue view memory 01-processes/child-writes --at 10ms --task child");
}

void add_why(CLI::App& app, WhyArguments& a) {
    CLI::App* c = app.add_subcommand("why", "why each task runs, or does not, at an instant");
    c->add_option("FILE", a.file, file_help)->required();
    c->add_option("--at", a.at, "the instant, counted from the tasks' start")->required();
    c->add_option("--task", a.task, "only this one, by the name that `run` reports");
    add_run_options(*c, a.options);
    c->footer("Example:\n  runqueue why hogs.json --at 10ms --task hogB");
}

/// Commands that will come: refused by their name, so that nobody looks for a typing error.
constexpr const char* later[] = {"import"};

void assertion(const char* condition, const char* file, int line) {
    std::fflush(stdout);
    std::fprintf(stderr, "runqueue: an invariant does not hold: %s (%s:%d)\n", condition, file,
                 line);
    std::_Exit(exit_invariant);
}

}  // namespace

int main(int argc, char** argv) {
    rq::set_assert_hook(assertion);
    CLI::App app{"Runqueue: the Linux process subsystem, simulated.", "runqueue"};
    app.require_subcommand(1);
    app.footer("Exit codes: 0 pass, 1 a check failed, 2 bad input, 3 bad usage, 4 a limit was\n"
               "hit, 5 an invariant broke. Times: 5ms, 2s, 350us or plain nanoseconds.\n"
               "Start with: runqueue run FILE      Help on a command: runqueue run --help");
    RunArguments run;
    HashArguments hash;
    CheckArguments check;
    ExportArguments exports;
    ProcArguments proc;
    PerfArguments perf;
    SweepArguments sweep;
    ShellArguments shell;
    ViewArguments views;
    WhyArguments why;
    add_run(app, run);
    add_hash(app, hash);
    add_check(app, check);
    add_export(app, exports);
    add_proc(app, proc);
    add_sh(app, shell);
    add_perf(app, perf);
    add_sweep(app, sweep);
    add_view(app, views);
    add_why(app, why);
    if (argc > 1)
        for (const char* name : later)
            if (std::string(argv[1]) == name) {
                say(std::string("runqueue ") + name + " is not available yet");
                return exit_bad_usage;
            }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return app.exit(e) == 0 ? exit_pass : exit_bad_usage;
    }
    int code = exit_pass;
    if (app.got_subcommand("run")) code = run_command(run);
    if (app.got_subcommand("hash")) code = hash_command(hash);
    if (app.got_subcommand("check")) code = check_command(check);
    if (app.got_subcommand("export")) code = export_command(exports);
    if (app.got_subcommand("perf")) code = perf_command(perf);
    if (app.got_subcommand("sweep")) code = sweep_command(sweep);
    if (app.got_subcommand("sh")) code = sh_command(shell);
    if (app.got_subcommand("proc")) code = proc_command(proc);
    if (app.got_subcommand("view")) code = view_command(views);
    if (app.got_subcommand("why")) code = why_command(why);
    if (std::fflush(stdout) != 0 && code == exit_pass) code = exit_bad_input;
    return code;
}
