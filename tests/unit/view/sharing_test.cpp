// Who holds which object, against what the clone flags say.
#include "view/sharing.hpp"

#include "unit/view/viewed_run.hpp"

using namespace rq;
using namespace rq::view;
using testing::Viewed;

namespace {

std::string text_with(const std::string& flags) {
    return R"({"format": "runqueue/1", "machine": "dual", "duration": "100ms", "tasks": [
      {"name": "parent", "program": [{"clone": ["sleep 50ms"], "name": "child",
       "flags": ")" + flags + R"("}, "sleep 50ms"]},
      {"name": "stranger", "program": ["sleep 50ms"]}]})";
}

/// Members that they hold together, credentials aside: "mm fs ".
std::string together(const Sharing& rows) {
    std::string out;
    for (const SharedObject& o : rows.objects)
        if (o.holders.size() > 1 && o.kind != SharedKind::cred)
            out += std::string(shared_words(o.kind).member) + " ";
    return out;
}

}  // namespace

TEST_CASE("sharing: each flag shares its member, and the object counts its holders") {
    struct Case {
        const char* flags;
        const char* shared;
    };
    // nsproxy is shared unless a new namespace is asked for.
    for (const Case& c : {Case{"SIGCHLD", "nsproxy "}, Case{"CLONE_FILES|SIGCHLD", "files nsproxy "},
                          Case{"CLONE_VM|CLONE_FS|SIGCHLD", "mm fs nsproxy "},
                          Case{"CLONE_VM|CLONE_SIGHAND|SIGCHLD", "mm sighand nsproxy "}}) {
        Viewed run(text_with(c.flags), 10 * NSEC_PER_MSEC);
        REQUIRE(run.ok());
        const Sharing rows = sharing(run.context(), run.cast(), run.task("parent"));
        REQUIRE(rows.tasks.size() == 2);
        CHECK(together(rows) == c.shared);
        for (const SharedObject& o : rows.objects)
            if (o.kind == SharedKind::mm || o.kind == SharedKind::files)
                CHECK(o.count == o.holders.size());
    }
}

TEST_CASE("sharing: relatives of the selected task, or everybody when nobody is") {
    Viewed run(text_with("SIGCHLD"), 10 * NSEC_PER_MSEC);
    REQUIRE(run.ok());
    CHECK(sharing(run.context(), run.cast(), run.task("stranger")).tasks.size() == 1);
    Viewed threads(text_with("CLONE_VM|CLONE_SIGHAND|CLONE_THREAD"), 10 * NSEC_PER_MSEC);
    REQUIRE(threads.ok());
    const Sharing group = sharing(threads.context(), threads.cast(), threads.task("child"));
    CHECK(group.tasks.size() == 2);
    CHECK(together(group) == "mm sighand signal nsproxy ");
    const Sharing all = sharing(run.context(), run.cast(), no_task);
    CHECK(all.tasks.size() == 3);
    const Sharing few = sharing(run.context(), run.cast(), no_task, 2);
    CHECK(few.tasks.size() == 2);
    CHECK(few.left_out == 1);
}

TEST_CASE("sharing: the chosen task and its nearest stay when there is no room for all") {
    Viewed run(R"({"format": "runqueue/1", "duration": "100ms", "tasks": [
      {"name": "root", "program": [
        {"fork": ["sleep 50ms"], "name": "a"}, {"fork": ["sleep 50ms"], "name": "b"},
        {"fork": ["sleep 50ms"], "name": "c"},
        {"fork": [{"fork": ["sleep 50ms"], "name": "e"}, "sleep 50ms"], "name": "d"},
        "sleep 50ms"]}]})",
               20 * NSEC_PER_MSEC);
    REQUIRE(run.ok());
    u32 left_out = 0;
    std::string names;
    for (u32 i : family(run.context(), run.cast(), run.task("e"), 2, left_out))
        names += run.cast().name(i) + " ";
    CHECK(names == "d e ");
    CHECK(left_out == 4);
}
