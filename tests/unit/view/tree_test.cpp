// /proc and /sys are found by path as a shell finds them: folders, links, and what cannot be.
#include "view/procfs.hpp"

#include "engine.hpp"
#include "sim/kernfs.hpp"

#include <algorithm>
#include <doctest/doctest.h>

using namespace rq;
using namespace rq::view;

namespace {

constexpr const char* scenario_text = R"({
  "format": "runqueue/1", "duration": "1s", "boot": "isolcpus=3 nohz_full=3",
  "machine": {"sockets": 2, "cores": 2, "threads": 1, "nodes": 2, "distance": 21},
  "cgroups": {"a": {"cpu.max": "20000 100000"}},
  "tasks": [
    {"name": "busy", "cgroup": "a", "program": [{"repeat": -1, "do": ["run 10ms"]}]},
    {"name": "opener", "program": ["open /etc/passwd", "chdir /tmp", "sleep 1s"]}
  ]
})";

struct Machine {
    std::unique_ptr<Simulation> s;
    Machine() {
        auto scenario = read_scenario(scenario_text);
        REQUIRE(scenario);
        auto booted = Simulation::boot(*scenario);
        REQUIRE(booted);
        s = std::move(*booted);
        s->run_until(s->t0() + 100 * NSEC_PER_MSEC);
    }
    TaskId task(std::string_view comm) {
        TaskId found;
        s->world().tasks.for_each([&](TaskId id, const task_struct&) {
            if (comm == s->world().comms[id.slot()].text) found = id;
        });
        REQUIRE(found);
        return found;
    }
    std::string pid(std::string_view comm) {
        return std::to_string(s->world().tasks[task(comm)].pid);
    }
    std::string read(const std::string& path, TaskId reader = {}) {
        std::string text;
        CAPTURE(path);
        REQUIRE(read_file(s->context(), reader, path, text) == 0);
        return text;
    }
    std::vector<std::string> list(const std::string& path) {
        std::vector<DirEntry> entries;
        REQUIRE(list_directory(s->context(), {}, path, entries) == 0);
        std::vector<std::string> names;
        for (const DirEntry& e : entries) names.push_back(e.name);
        return names;
    }
    s32 write(const std::string& path, std::string_view text, TaskId writer = {}) {
        ActionSpec action;
        s32 error = write_action(s->context(), writer, path, text, action);
        if (error) return error;
        s->act(action);
        s->run_until(s->now());
        return 0;
    }
};

bool has(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

TEST_CASE("tree: every entry of a directory can be read, listed or followed") {
    Machine m;
    Context c = m.s->context();
    u32 files = 0;
    for (const char* root : {"/proc", "/sys"})
        for (const TreeEntry& e : walk_tree(c, root)) {
            CAPTURE(e.path);
            std::string text;
            std::vector<DirEntry> entries;
            FileInfo info;
            REQUIRE(file_info(c, {}, e.path, info) == 0);
            CHECK(info.kind == e.kind);
            if (e.kind == FileKind::link) CHECK(read_link(c, {}, e.path, text) == 0);
            if (e.kind == FileKind::directory) CHECK(list_directory(c, {}, e.path, entries) == 0);
            if (e.kind != FileKind::file) continue;
            ++files;
            CHECK(read_file(c, {}, e.path, text) == (info.mode & 0444 ? 0 : -EINVAL));
        }
    CHECK(files > 400);
}

TEST_CASE("tree: paths are walked as the kernel walks them") {
    Machine m;
    Context c = m.s->context();
    std::string text;
    std::string busy = m.pid("busy");
    CHECK(m.read("/proc/" + busy + "/comm") == "busy\n");
    CHECK(m.read("//proc/./sys/../" + busy + "//comm") == "busy\n");
    CHECK(m.read("/proc/self/comm", m.task("busy")) == "busy\n");
    CHECK(m.read("/proc/thread-self/stat", m.task("busy")).substr(0, busy.size()) == busy);
    CHECK(m.read("/sys/devices/system/cpu/cpu3/node1/cpulist") == "2-3\n");
    CHECK(read_file(c, {}, "/proc/self/comm", text) == -ENOENT);
    CHECK(read_file(c, {}, "/proc", text) == -EISDIR);
    CHECK(read_file(c, {}, "/proc/uptime/x", text) == -ENOTDIR);
    CHECK(read_file(c, {}, "/etc/passwd", text) == -ENOENT);
    CHECK(read_link(c, {}, "/proc/uptime", text) == -EINVAL);
    CHECK(kernel_path("/proc/1"));
    CHECK_FALSE(kernel_path("/procs"));
    CHECK_FALSE(kernel_path("proc"));
}

TEST_CASE("tree: descriptors, namespaces and the working directory are links") {
    Machine m;
    Context c = m.s->context();
    std::string dir = "/proc/" + m.pid("opener");
    std::string target;
    CHECK(m.list(dir + "/fd") == std::vector<std::string>{"0"});
    REQUIRE(read_link(c, {}, dir + "/fd/0", target) == 0);
    CHECK(target == "/etc/passwd");
    REQUIRE(read_link(c, {}, dir + "/cwd", target) == 0);
    CHECK(target == "/tmp");
    REQUIRE(read_link(c, {}, dir + "/ns/pid", target) == 0);
    CHECK(target == "pid:[4026531836]");
    CHECK(m.list(dir + "/ns").size() == 10);
    CHECK(m.list(dir + "/task") == std::vector<std::string>{m.pid("opener")});
}

TEST_CASE("tree: CPUs and nodes are those of the machine and its boot line") {
    Machine m;
    const std::string cpu = "/sys/devices/system/cpu/";
    const std::string node = "/sys/devices/system/node/";
    CHECK(m.read(cpu + "online") == "0-3\n");
    CHECK(m.read(cpu + "isolated") == "3\n");
    CHECK(m.read(cpu + "nohz_full") == "3\n");
    CHECK(m.read(cpu + "cpu2/topology/physical_package_id") == "1\n");
    CHECK(m.read(cpu + "cpu2/topology/core_id") == "0\n");
    CHECK(m.read(cpu + "cpu2/topology/package_cpus") == "c\n");
    CHECK(m.read(cpu + "cpu2/cache/index3/shared_cpu_list") == "2-3\n");
    CHECK(m.read(node + "node1/distance") == "21 10\n");
    CHECK(m.read(node + "node0/cpumap") == "3\n");
    CHECK(m.read(node + "online") == "0-1\n");
    FileInfo info;
    CHECK(file_info(m.s->context(), {}, cpu + "cpu4", info) == -ENOENT);
    CHECK(file_info(m.s->context(), {}, node + "node2", info) == -ENOENT);
}

TEST_CASE("tree: what is written is read back, and the refused says why") {
    Machine m;
    const std::string group = "/sys/fs/cgroup/a/";
    CHECK(m.read(group + "cpu.max") == "20000 100000\n");
    CHECK(m.write(group + "cpu.max", "max 50000\n") == 0);
    CHECK(m.read(group + "cpu.max") == "max 50000\n");
    CHECK(m.write(group + "cpu.weight", "0\n") == -ERANGE);
    CHECK(m.write(group + "cpu.weight", "heavy\n") == -EINVAL);
    CHECK(m.write(group + "cpu.stat", "1\n") == -EACCES);
    CHECK(m.write(group + "cpuset.cpus", "2\n") == 0);
    CHECK(m.read(group + "cpuset.cpus.effective") == "2\n");
    CHECK(m.read("/proc/" + m.pid("busy") + "/status").find("Cpus_allowed_list:\t2\n") !=
          std::string::npos);
    CHECK(m.write("/sys/fs/cgroup/cgroup.procs", m.pid("busy") + "\n") == 0);
    CHECK(m.read("/proc/" + m.pid("busy") + "/status").find("Cpus_allowed_list:\t0-3\n") !=
          std::string::npos);
    CHECK(m.write("/proc/irq/4/smp_affinity", "6\n") == 0);
    CHECK(m.read("/proc/irq/4/smp_affinity_list") == "1-2\n");
    CHECK(m.read("/proc/irq/8/smp_affinity_list") == "0-3\n");
    CHECK(m.write("/proc/irq/4/smp_affinity_list", "3\n") == 0);
    CHECK(m.read("/proc/irq/4/smp_affinity") == "8\n");
    CHECK(m.write("/proc/irq/4/smp_affinity", "10\n") == -EINVAL);
    CHECK(m.write("/proc/irq/0/smp_affinity", "1\n") == -EIO);
    CHECK(m.write("/proc/sys/kernel/sched_rt_runtime_us", "900000\n") == 0);
    CHECK(m.read("/proc/sys/kernel/sched_rt_runtime_us") == "900000\n");
    CHECK(m.write("/proc/sys/kernel/pid_max", "300\n") == -EINVAL);
    CHECK(m.write("/sys/kernel/debug/sched/latency_ns", "24000000\n") == 0);
    CHECK(m.read("/sys/kernel/debug/sched/latency_ns") == "24000000\n");
    CHECK(m.write("/sys/kernel/debug/sched/features", "NO_SUCH\n") == -EINVAL);
    CHECK(m.write("/proc/uptime", "0\n") == -EACCES);
    CHECK(m.write("/proc/" + m.pid("busy") + "/oom_score_adj", "500\n") == 0);
    CHECK(m.read("/proc/" + m.pid("busy") + "/oom_score_adj") == "500\n");
    CHECK(m.write("/proc/" + m.pid("busy") + "/oom_score_adj", "1001\n") == -EINVAL);
    CHECK(m.write("/proc/self/comm", "worker\n", m.task("busy")) == 0);
    CHECK(m.read("/proc/" + m.pid("worker") + "/comm") == "worker\n");
}

TEST_CASE("tree: groups are made, entered and removed by their folder") {
    Machine m;
    const std::string root = "/sys/fs/cgroup";
    ActionSpec action;
    auto make = [&](const std::string& path) {
        s32 error = mkdir_action(m.s->context(), {}, path, action);
        if (!error) m.s->act(action), m.s->run_until(m.s->now());
        return error;
    };
    auto remove = [&](const std::string& path) {
        s32 error = rmdir_action(m.s->context(), {}, path, action);
        if (!error) m.s->act(action), m.s->run_until(m.s->now());
        return error;
    };
    CHECK(make(root + "/b") == 0);
    CHECK(make(root + "/b") == -EEXIST);
    CHECK(make(root + "/none/b") == -ENOENT);
    CHECK(make("/proc/b") == -EPERM);
    CHECK(make(root + "/b/inner") == 0);
    CHECK(has(m.list(root), "b"));
    CHECK(m.read(root + "/b/cgroup.events") == "populated 0\nfrozen 0\n");
    CHECK(m.write(root + "/b/inner/cgroup.procs", m.pid("busy") + "\n") == 0);
    CHECK(m.read(root + "/b/inner/cgroup.procs") == m.pid("busy") + "\n");
    CHECK(m.read(root + "/b/cgroup.events") == "populated 1\nfrozen 0\n");
    CHECK(m.read("/proc/" + m.pid("busy") + "/cgroup") == "0::/b/inner\n");
    CHECK(m.write(root + "/b/cgroup.procs", "99999\n") == -ESRCH);
    CHECK(m.write(root + "/b/cgroup.procs", "x\n") == -EINVAL);
    // 2^32 more than a process that lives is no process number.
    std::string far = std::to_string(std::stoull(m.pid("busy")) + (u64{1} << 32));
    CHECK(m.write(root + "/b/cgroup.procs", far) == -EINVAL);
    CHECK(remove(root + "/b") == -EBUSY);
    CHECK(remove(root + "/b/inner") == -EBUSY);
    CHECK(m.write(root + "/cgroup.procs", "0\n", m.task("busy")) == 0);
    CHECK(remove(root + "/b/inner") == 0);
    CHECK(remove(root + "/b") == 0);
    CHECK_FALSE(has(m.list(root), "b"));
    m.s->run_until(m.s->now() + 50 * NSEC_PER_MSEC);
    CHECK(m.s->broken_laws().empty());
}

TEST_CASE("tree: every file of random machines can be read at any instant, and text ends in a line") {
    // Files whose text the kernel does not end with a newline.
    auto bare = [](const std::string& path) {
        std::string name = path.substr(path.rfind('/') + 1);
        return name == "cmdline" || name == "children" || name == "wchan" || name == "loginuid" ||
               name == "sessionid";
    };
    RandomOptions options;
    options.cpus_max = 4;
    options.realtime = options.deadline = options.groups = true;
    options.affinity = options.actions = true;
    for (u64 seed = 1; seed <= 24; ++seed) {
        CAPTURE(seed);
        auto booted = Simulation::boot(random_scenario(seed, options));
        REQUIRE(booted);
        Simulation& s = **booted;
        for (u64 instant = 1; instant <= 3 && !s.finished(); ++instant) {
            s.run_until(s.t0() + instant * (s.end_time() - s.t0()) / 4 + seed * 1'234'567);
            Context c = s.context();
            for (const char* root : {"/proc", "/sys"})
                for (const TreeEntry& e : walk_tree(c, root)) {
                    std::string text;
                    CAPTURE(e.path);
                    if (e.kind == FileKind::link) REQUIRE(read_link(c, {}, e.path, text) == 0);
                    if (e.kind != FileKind::file) continue;
                    s32 error = read_file(c, {}, e.path, text);
                    if (error) REQUIRE(error == -EINVAL);
                    if (!text.empty() && !bare(e.path)) REQUIRE(text.back() == '\n');
                }
        }
    }
}
