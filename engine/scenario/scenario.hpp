// What should happen, as pure data: machine, kernel, groups, programs, tasks, actions, claims.
// Readers fill it, boot turns it into a World. It has no Linux behaviour of its own.
#pragma once

#include "base/result.hpp"
#include "base/types.hpp"
#include "scenario/op.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rq {

enum class KernelVersion : u8 { v6_1, v6_12 };
/// ideal: all costs zero. realistic: sourced costs (default). emulated: the recorded machine.
enum class ProfileKind : u8 { realistic, ideal, emulated };
/// program: a process has text, data, heap and stack as after execve(); none: only what operations
/// map. standard: program in realistic runs of up to 1,000 tasks.
enum class ProcessImage : u8 { standard, none, program };
/// How the tasks come into being. native: all at t0, made by init in the order of the file.
/// rt_app: the threads of one process, made one after another; t0 is the last fork.
/// kload: a FIFO 99 starter forks processes that sleep until t0.
enum class StartStyle : u8 { native, rt_app, kload };
/// The kernel's numbers (include/uapi/linux/sched.h).
enum class Policy : u8 { normal = 0, fifo = 1, rr = 2, batch = 3, idle = 5, deadline = 6 };

/// A place in the text that was read; 1-based, 0 = none.
struct Place {
    u32 line = 0;
    u32 column = 0;
};

/// Topology as data. cpus = sockets * cores * threads; nodes divide the sockets (or the cores).
struct MachineSpec {
    std::string name;  ///< of a named machine, may be empty
    u32 sockets = 1;
    u32 cores = 1;    ///< per socket
    u32 threads = 1;  ///< per core
    u32 nodes = 1;
    u32 distance = 20;  ///< between two nodes, as in the SLIT; 10 = local
    u64 memory_bytes_per_node = u64{1} << 30;
    u32 cpus() const { return sockets * cores * threads; }
};

/// One `key = value` of --sysctl, /sys/kernel/debug/sched, or a cgroup file.
struct Setting {
    std::string key;
    std::string value;
    Place place;
};

struct CgroupSpec {
    std::string path;  ///< below the root, without leading slash, e.g. "a/x"
    std::vector<Setting> files;
    Place place;
};

struct ProgramSpec {
    std::string name;           ///< empty: written in the place where it is used
    std::vector<Op> ops;        ///< ends where it ends; a task whose program ends exits with 0
    std::vector<Place> places;  ///< where each operation was written; may be empty
};

struct DeadlineSpec {
    u64 runtime_ns = 0;
    u64 deadline_ns = 0;
    u64 period_ns = 0;
};

struct TaskSpec {
    std::string name;
    u32 instances = 1;  ///< > 1: name0, name1 …
    u32 program = 0;    ///< index into Scenario::programs
    Policy policy = Policy::normal;
    s32 nice = 0;
    u32 rt_priority = 0;  ///< 1 … 99 for FIFO and RR
    DeadlineSpec deadline;
    u64 slice_ns = 0;       ///< sched_attr.sched_runtime of a fair task; 0 = default
    bool reset_on_fork = false;
    std::vector<u32> cpus;  ///< affinity; empty = all
    std::string cgroup;     ///< path; empty = root
    u64 start_ns = 0;       ///< after t0 (kload start_us, rt-app delay)
    u32 uid = 0;
    u64 working_set_bytes = 0;
    bool process = true;    ///< false: a thread of one common process (rt-app)
    Place place;
};

/// Something from outside at an instant: timed data, executed by the event loop.
struct ActionSpec {
    u64 at_ns = 0;  ///< after t0; of a user's action in its log: since the machine's start
    enum class Kind : u8 {
        setaffinity,  ///< task, cpus
        renice,       ///< task, value
        write_file,   ///< path, text (cgroup file, sysctl, sched debug file)
        kill,         ///< task, value = signal
        setscheduler, ///< task, policy, value = priority; or deadline, as sched_setattr
        make_folder,  ///< path of a new control group
        remove_folder,///< path
        spawn,        ///< a process of init: task = its name, program. Users' only, as what follows
        run_program,  ///< task, program: it leaves its present operation and runs that one
    } kind = Kind::renice;
    std::string task;
    u32 task_id = 0;  ///< raw TaskId, where a user means one of several of a name; 0 = by name
    u32 caller_id = 0; ///< raw TaskId of who asks, whose rights count; 0 = the machine's owner
    u32 program = 0;  ///< index into Scenario::programs
    std::vector<u32> cpus;
    s64 value = 0;
    Policy policy = Policy::normal;
    DeadlineSpec deadline;
    std::string path;
    std::string text;
    Place place;
};

/// A check that grades a run: metric of a subject compared with a value.
struct ExpectSpec {
    std::string id;
    std::string metric;   ///< e.g. "tasks.hogA.share" (keys of the JSON report)
    std::string op;       ///< ==, !=, <, <=, >, >=, within
    std::string value;    ///< number or text as written
    std::string tolerance;  ///< for `within`
    u32 points = 1;
    std::string message;
    Place place;
};

/// One step of a lesson: a sentence or two, an instant, a question whose answer is computed.
struct LessonStep {
    std::string title;
    std::string text;
    u64 at_ns = NEVER;        ///< where the views stand; NEVER = stay
    std::string select;       ///< task selected
    std::string question;     ///< empty: nothing asked
    std::vector<std::string> choices;
    std::string answer_metric;  ///< computed by the engine from the report
    std::string answer_unit;
    Place place;
};

struct Scenario {
    std::string title;
    std::string question;
    std::string hint;
    KernelVersion kernel = KernelVersion::v6_1;
    ProfileKind profile = ProfileKind::realistic;
    StartStyle start = StartStyle::native;
    MachineSpec machine;
    ProcessImage process_image = ProcessImage::standard;
    bool files_cached = false;  ///< every file lies in the page cache from the start
    std::string boot;  ///< kernel command line words that matter: isolcpus=, nohz_full= …
    u64 seed = 1;
    u64 first_tick_ns = 4'000'000;  ///< first tick after t0
    u64 duration_ns = NSEC_PER_SEC; ///< the run ends here (after t0) unless told otherwise
    u64 window_from_ns = 0;         ///< measured from here
    std::vector<Setting> sysctl;
    std::vector<Setting> sched;     ///< files of /sys/kernel/debug/sched
    std::vector<Setting> costs;     ///< overrides of the profile's cost table
    std::vector<CgroupSpec> cgroups;
    std::vector<std::string> names{""};  ///< interned; index = NameId
    std::vector<ProgramSpec> programs;
    std::vector<TaskSpec> tasks;
    std::vector<ActionSpec> actions;
    std::vector<ExpectSpec> expects;
    std::vector<LessonStep> lesson;
    Diagnostics notices;  ///< read but without effect here, said to the user

    /// The NameId of a name, the same for the same name; "" is 0.
    u32 intern(std::string_view name);
    std::map<std::string, u32, std::less<>> name_ids;  ///< for intern
};

/// What a text is, recognised from its content.
enum class InputKind : u8 { scenario, rt_app, kload, setattr_table, unknown };
InputKind recognise(std::string_view text);

/// Reads a text of any kind. Never throws; many diagnostics at once where possible.
Result<Scenario> read_scenario(std::string_view text);

/// Reads programs that come while a run goes on: an object whose members are programs by name, of
/// which "run" is the one that is meant. They are put behind those the scenario has; exec finds
/// names of this text only. The index of "run".
Result<u32> read_program(std::string_view text, Scenario& scenario);

/// What read_scenario cannot know, because the machine may be given on the command line: affinity
/// against topology. To be called by whoever has applied --machine, before boot.
Diagnostics check_machine(const Scenario& scenario);
/// A notice for each word of the boot line that is not simulated.
Diagnostics boot_line_notices(const Scenario& scenario);
/// Operations that the engine does not simulate, refused by name; `supported` is the engine's word.
Diagnostics check_operations(const Scenario& scenario, bool (*supported)(OpCode));

/// Canonical JSON of format "runqueue/1": read_scenario(write_scenario(s)) == s, byte-stable.
std::string write_scenario(const Scenario& scenario);

/// "5ms", "2s", "350us", "10ns" or a plain integer of ns; false when it is none.
bool parse_time(std::string_view text, u64& ns);
/// "0-3,8" to a list of CPUs, ascending; false when it is none or names one ≥ limits::cpus.
bool parse_cpu_list(std::string_view text, std::vector<u32>& cpus);
/// The named machines, in the order they are offered.
const std::vector<MachineSpec>& named_machines();
/// A named machine or "cpus=4" / "sockets=2,cores=2,threads=1,nodes=2,distance=20".
Result<MachineSpec> parse_machine(std::string_view text);
/// SCHED_OTHER, SCHED_FIFO … or their short names.
bool parse_policy(std::string_view text, Policy& policy);
const char* policy_name(Policy policy);

/// What a random scenario may contain.
struct RandomOptions {
    u32 cpus_max = 1;
    u32 tasks_max = 12;
    bool nice = true;      ///< nice values, SCHED_BATCH and SCHED_IDLE
    bool realtime = false; ///< SCHED_FIFO and SCHED_RR that sleep most of their time
    bool deadline = false; ///< SCHED_DEADLINE, admitted by construction
    bool sleep = true;
    bool forks = true;
    bool memory = true;    ///< areas that are touched, copy-on-write after fork
    bool pipes = true;
    bool mutexes = true;
    bool groups = false;
    bool affinity = false;
    bool actions = false;  ///< renice in the middle
};

/// A valid random scenario from a seed, for the swarm: one seed, one scenario, for ever.
Scenario random_scenario(u64 seed);
Scenario random_scenario(u64 seed, const RandomOptions& options);

}  // namespace rq
