// What may be mapped, by the mode of vm.overcommit_memory.
#include "mm/overcommit.hpp"
#include "task/uapi.hpp"
#include "unit/mm/machine.hpp"

using namespace rq;
using support::MemoryMachine;

TEST_CASE("mode 0 refuses what is more than all memory at once, and nothing else") {
    MemoryMachine m(R"({"cpus":1,"memory":"64MiB"})");
    CHECK_FALSE(m.map(0, 16385));
    CHECK(m.error == -ENOMEM);
    CHECK(m.map(0, 16384));
    CHECK(m.map(0, 16384));
    CHECK(m.w().g.vm_committed_as == 2 * 16384);
}

TEST_CASE("mode 1 refuses nothing") {
    MemoryMachine m(R"({"cpus":1,"memory":"64MiB"})", R"(,"sysctl":{"vm.overcommit_memory":1})");
    CHECK(m.map(0, 1 << 20));
    CHECK(m.w().g.vm_committed_as == 1 << 20);
}

TEST_CASE("mode 2 books up to half of the memory, less a 32nd of what the process has") {
    MemoryMachine m(R"({"cpus":1,"memory":"64MiB"})", R"(,"sysctl":{"vm.overcommit_memory":2})");
    CHECK(vm_commit_limit(m.w()) == 8192);
    CHECK_FALSE(m.map(0, 8192));  // it must stay below the limit
    CHECK(m.map(0, 4000));
    CHECK_FALSE(m.map(0, 8192 - 4000 - 125));  // 4000 / 32
    CHECK(m.map(0, 8192 - 4000 - 125 - 1));
    CHECK(m.w().g.vm_committed_as == 8192 - 126);
}

TEST_CASE("mode 2: who is not privileged leaves an administrator's reserve") {
    MemoryMachine m(R"({"cpus":1,"memory":"64MiB"})", R"(,"sysctl":{"vm.overcommit_memory":2})");
    m.w().creds[m.w().tasks[m.p].cred].cap_effective = 0;
    CHECK_FALSE(m.map(0, 8192 - 512));  // a 32nd of 16,384 pages
    CHECK(m.map(0, 8192 - 512 - 1));
}

TEST_CASE("shared memory is booked once, files only where they are private") {
    MemoryMachine m(R"({"cpus":1,"memory":"64MiB"})");
    VmaId shared = m.map(0, 10, MapKind::shared);
    CHECK(m.w().g.vm_committed_as == 10);
    m.map(0, 100, MapKind::file_shared);
    CHECK(m.w().g.vm_committed_as == 10);
    m.map(0, 1000, MapKind::file);
    CHECK(m.w().g.vm_committed_as == 1010);
    unmap_range(m.c, m.mm(), m.w().vmas[shared].vm_start, m.w().vmas[shared].vm_end);
    CHECK(m.w().g.vm_committed_as == 1000);
}

TEST_CASE("fork books the parent's private memory again, and fails with ENOMEM if it cannot") {
    const char* text = R"({"format":"runqueue/1","profile":"ideal","duration":"50ms",
        "machine":{"cpus":1,"memory":"64MiB"},"sysctl":{"vm.overcommit_memory":2},
        "tasks":[{"name":"p","program":["map a 3000","touch a 0-9","fork","map b 3000","fork"]}]})";
    support::Run run(text);
    std::vector<s64> forks;
    run.each([&](const Record& r) {
        if (r.event == Ev::sys_exit && r.arg[1] == static_cast<u64>(OpCode::fork))
            forks.push_back(r.number(2));
    });
    REQUIRE(forks.size() >= 2);
    CHECK(forks[0] > 0);
    CHECK(forks[1] == -ENOMEM);  // 3000 + 3000 in each of two processes are more than 8192
    CHECK(run.laws().empty());
}

TEST_CASE("memory that becomes privately writable is booked when it does") {
    MemoryMachine m(R"({"cpus":1,"memory":"64MiB"})");
    VmaId area = m.map(0, 8, MapKind::file);
    vm_area_struct& v = m.w().vmas[area];
    v.vm_flags &= ~(VM_WRITE | VM_ACCOUNT);
    m.w().g.vm_committed_as = 0;
    CHECK(mprotect_range(m.c, m.p, v.vm_start, v.vm_start + 3 * PAGE_SIZE, 3) == 0);
    CHECK(m.w().g.vm_committed_as == 3);
}
