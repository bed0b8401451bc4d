// The tree of processes: order, depth, threads, zombies.
#include "view/process_tree.hpp"

#include "unit/view/viewed_run.hpp"

using namespace rq;
using namespace rq::view;
using testing::Viewed;

namespace {

constexpr const char* family_text = R"({
  "format": "runqueue/1", "machine": "dual", "duration": "100ms",
  "tasks": [
    {"name": "parent", "program": [
      {"fork": ["run 1ms", "exit 3"], "name": "first"},
      {"fork": [{"fork": ["sleep 50ms"], "name": "grandchild"}, "sleep 50ms"], "name": "second"},
      {"clone": ["sleep 50ms"], "name": "thread",
       "flags": "CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM"},
      "sleep 50ms"]},
    {"name": "other", "program": ["sleep 50ms"]}
  ]
})";

const TreeRow* row_named(const std::vector<TreeRow>& rows, const std::string& name) {
    for (const TreeRow& row : rows)
        if (row.name == name) return &row;
    return nullptr;
}

}  // namespace

TEST_CASE("process tree: children below parents, threads below leaders, zombies with their status") {
    Viewed run(family_text, 20 * NSEC_PER_MSEC);
    REQUIRE(run.ok());
    const std::vector<TreeRow> rows = process_tree(run.context(), run.cast());
    std::string order;
    for (const TreeRow& row : rows) order += std::string(row.depth, '.') + row.name + " ";
    CHECK(order == "systemd .parent ..thread ..first ..second ...grandchild .other ");
    const TreeRow* first = row_named(rows, "first");
    REQUIRE(first);
    CHECK(first->state == State::zombie);
    CHECK(exit_words(first->exit_code) == "exit 3");
    const TreeRow* thread = row_named(rows, "thread");
    const TreeRow* parent = row_named(rows, "parent");
    REQUIRE(thread);
    REQUIRE(parent);
    CHECK(thread->thread);
    CHECK(thread->tgid == parent->pid);
    CHECK(parent->nr_threads == 2);
    CHECK(row_named(rows, "grandchild")->ppid == row_named(rows, "second")->pid);
    CHECK(rows[0].kernel);
}

TEST_CASE("process tree: a line goes on beside a row as long as a sibling of an ancestor follows") {
    Viewed run(family_text, 20 * NSEC_PER_MSEC);
    REQUIRE(run.ok());
    const std::vector<TreeRow> rows = process_tree(run.context(), run.cast());
    const TreeRow* grandchild = row_named(rows, "grandchild");
    REQUIRE(grandchild);
    CHECK((grandchild->rails >> 1 & 1) == 1);  // `other` follows `parent`
    CHECK((grandchild->rails >> 2 & 1) == 0);  // nobody follows `second`
    CHECK(grandchild->last);
    CHECK_FALSE(row_named(rows, "first")->last);
    CHECK(process_tree(run.context(), run.cast(), 3).size() == 3);
}

TEST_CASE("process tree: a wait status in words") {
    CHECK(exit_words(0) == "exit 0");
    CHECK(exit_words(9) == "killed by 9");
    CHECK(exit_words(11 | 0x80) == "killed by 11, core dumped");
}
