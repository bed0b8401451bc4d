// The page cache and the disk: major faults, who sleeps for them, what they are counted as.
#include "mm/filemap.hpp"
#include "task/uapi.hpp"
#include "unit/mm/machine.hpp"

using namespace rq;
using support::MemoryMachine;
using support::Run;

namespace {

const char* reader_of_a_file(const char* more) {
    static std::string text;
    text = std::string(R"({"format":"runqueue/1","duration":"100ms",)") + more +
           R"("tasks":[{"name":"p","program":["map f 64 file","read f 0-31","run 1ms"]}]})";
    return text.c_str();
}

u64 time_of(const World& w, Kind kind) {
    return w.rqs[0].time_by_kind[static_cast<u32>(kind)];
}

}  // namespace

TEST_CASE("the first touch of a file sleeps in D for the disk's latency, once for 32 pages") {
    Run run(reader_of_a_file(R"("costs":{"disk_read":"8ms"},)"), 4 * NSEC_PER_MSEC);
    REQUIRE(run.ok());
    const task_struct* p = run.task("p");
    CHECK(p->__state == TASK_KILLABLE);
    CHECK(p->wait_channel == static_cast<u32>(Channel::disk));
    CHECK(run.world().rqs[0].nr_iowait == 1);
    CHECK(run.world().rqs[0].nr_uninterruptible == 1);
    CHECK(run.laws().empty());
    run.until(50 * NSEC_PER_MSEC);
    CHECK(run.world().rqs[0].nr_iowait == 0);
    CHECK(run.world().rqs[0].nr_uninterruptible == 0);
    u64 waited = run.world().rqs[0].iowait_ns;
    CHECK(waited > 7'900'000);
    CHECK(waited < 8'000'000);  // less what the switches to and from idle take
    CHECK(waited <= time_of(run.world(), Kind::idle));
    CHECK(run.ended_at("p") > 9 * NSEC_PER_MSEC);
    CHECK(run.laws().empty());
}

TEST_CASE("faults: one major, then a minor one for each further 16 aligned pages; cached: none major") {
    Run cold(reader_of_a_file(""));
    Run cached(reader_of_a_file(R"("files":"cached",)"));
    auto faults = [](const Run& run, bool major) {
        u32 n = 0;
        run.each([&](const Record& r) {
            n += r.event == Ev::page_fault && bool(r.arg[1] & 8) == major;
        });
        return n;
    };
    CHECK(faults(cold, true) == 1);
    CHECK(faults(cold, false) == 2);  // the area starts 9 pages behind a multiple of 16
    CHECK(faults(cached, true) == 0);
    CHECK(faults(cached, false) == 3);
}

TEST_CASE("read-around: 16 pages before, 15 behind, and not beyond the file") {
    MemoryMachine m(R"({"cpus":1})");  // the ideal machine's disk takes no time
    VmaId file = m.map(0, 64, MapKind::file);
    CHECK(m.touch(file, 40, 41, false) == 1);
    u32 mapping = m.w().vmas[file].mapping;
    CHECK(m.w().mappings[mapping].nrpages == 32);
    CHECK(m.w().tables.get(m.w().mappings[mapping].i_pages, 23) == 0);
    CHECK(m.w().tables.get(m.w().mappings[mapping].i_pages, 24) != 0);
    CHECK(m.w().tables.get(m.w().mappings[mapping].i_pages, 55) != 0);
    CHECK(m.touch(file, 60, 61, false) == 1);  // 44 to 63, of which 44 to 55 are there
    CHECK(m.w().mappings[mapping].nrpages == 40);
    CHECK(m.w().tasks[m.p].maj_flt == 2);
}

TEST_CASE("two tasks wait for one read: both have a major fault, the disk is asked once") {
    Run run(R"({"format":"runqueue/1","duration":"100ms","machine":"dual",
        "costs":{"disk_read":"8ms"},"tasks":[
        {"name":"a","program":["map f 16 file","read f 3-3"]},
        {"name":"b","start":"2ms","program":["map f 16 file","read f 5-5"]}]})",
            5 * NSEC_PER_MSEC);
    REQUIRE(run.ok());
    u32 reads = 0;
    for (u32 i = 1; i < run.world().page_reads.size(); ++i)
        reads += run.world().page_reads[i].mapping != 0;
    CHECK(reads == 1);
    CHECK(run.task("b")->wait_channel == static_cast<u32>(Channel::disk));
    CHECK(run.laws().empty());
    run.until(90 * NSEC_PER_MSEC);
    u32 major = 0;
    run.each([&](const Record& r) { major += r.event == Ev::page_fault && (r.arg[1] & 8); });
    CHECK(major == 2);
    CHECK(run.ended_at("b") < 9 * NSEC_PER_MSEC);
}

TEST_CASE("SIGKILL ends the wait for the disk, a handled signal does not") {
    for (const char* signal : {"SIGKILL", "SIGUSR1"}) {
        Run run(std::string(R"({"format":"runqueue/1","duration":"100ms","machine":"dual",
            "costs":{"disk_read":"8ms"},"tasks":[{"name":"p","program":[
            {"fork":["sigaction SIGUSR1 handle","map f 16 file","read f 0-0","exit 5"],"name":"c"},
            "sleep 2ms","kill c )") +
                signal + R"(","wait"]}]})");
        REQUIRE(run.ok());
        bool killed = signal[3] == 'K';
        CHECK(run.status_of_wait("p") == (killed ? 9 : 5 << 8));
        CHECK((run.ended_at("c") < 4 * NSEC_PER_MSEC) == killed);
        CHECK(run.laws().empty());
    }
}

TEST_CASE("a write to a private mapping of a file reads the page first, then copies it") {
    Run run(R"({"format":"runqueue/1","duration":"100ms","tasks":[
        {"name":"p","program":["map f 16 file","write f 0-0"]}]})");
    REQUIRE(run.ok());
    CHECK(run.count(Ev::cow_fault) == 1);
    u32 major = 0;
    run.each([&](const Record& r) { major += r.event == Ev::page_fault && (r.arg[1] & 8); });
    CHECK(major == 1);
}

TEST_CASE("mlock of a file sleeps for its pages; they count as no faults") {
    Run run(R"({"format":"runqueue/1","duration":"100ms","costs":{"disk_read":"8ms"},"tasks":[
        {"name":"p","program":["map f 64 file_shared","mlock f","sleep 1s"]}]})",
            4 * NSEC_PER_MSEC);
    REQUIRE(run.ok());
    CHECK(run.task("p")->__state == TASK_KILLABLE);
    const u64 image = run.world().mms[run.task("p")->mm].rss_file;  // of the process itself
    run.until(40 * NSEC_PER_MSEC);
    CHECK(run.task("p")->wait_channel == static_cast<u32>(Channel::nanosleep));
    CHECK(run.task("p")->maj_flt == 0);
    CHECK(run.world().mms[run.task("p")->mm].rss_file == image + 64);
    CHECK(run.world().mms[run.task("p")->mm].locked_vm == 64);
}

TEST_CASE("the disk interrupts the CPU of its line: irqaffinity=, then what is written there") {
    // Reads far apart, each of them asked of the disk by a task that may only run on CPU 1.
    Run run(R"({"format":"runqueue/1","duration":"100ms","machine":{"cpus":4},
        "boot":"isolcpus=1 irqaffinity=2","costs":{"disk_read":"2ms"},
        "actions":[{"at":"30ms","write":"/proc/irq/25/smp_affinity","value":"8"},
                   {"at":"60ms","write":"/proc/irq/25/smp_affinity_list","value":"0,2"}],
        "tasks":[{"name":"p","cpus":"1","program":["map f 4096 file","read f 100","read f 900",
            "sleep 35ms","read f 2000","sleep 30ms","read f 3000","run 1ms"]}]})");
    REQUIRE(run.ok());
    std::vector<u32> woken_by;
    run.each([&](const Record& r) {
        if (r.event == Ev::sched_wakeup && r.task(0) == run.id("p")) woken_by.push_back(r.cpu);
    });
    // It starts, and its sleeps end, on its own CPU.
    CHECK(woken_by == std::vector<u32>{1, 2, 2, 1, 3, 1, 0});
    std::vector<u64> served;
    for (u32 cpu = 0; cpu < 4; ++cpu) served.push_back(run.world().rqs[cpu].nr_disk_irqs);
    CHECK(served == std::vector<u64>{1, 0, 2, 1});
    CHECK(run.laws().empty());
}
