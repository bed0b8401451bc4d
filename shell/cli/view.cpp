// `runqueue view`: a view of the page as a table, at an instant.
#include "cli/commands.hpp"

namespace rq::cli {

namespace {

std::string names_of_views() {
    std::string out;
    for (std::string_view name : view::sheet_names()) {
        if (!out.empty()) out += ", ";
        out += name;
    }
    return out;
}

/// The member of that name; no_task (and said so) if nobody is called so.
bool find_task(const view::Cast& cast, const std::string& name, u32& task) {
    if (name.empty()) return true;
    for (task = 0; task < cast.count(); ++task)
        if (cast.name(task) == name || cast[task].comm == name) return true;
    say("--task: nobody is called `" + name + "` by then.");
    return false;
}

std::string to_json(const view::Sheet& sheet) {
    using view::Value;
    Value out = Value::object();
    out.add("title", Value::string(sheet.title));
    Value columns = Value::array(), rows = Value::array();
    for (const view::Sheet::Column& column : sheet.columns)
        columns.push(Value::string(column.name));
    for (const std::vector<std::string>& row : sheet.rows) {
        Value cells = Value::array();
        for (const std::string& cell : row) cells.push(Value::string(cell));
        rows.push(std::move(cells));
    }
    out.add("columns", std::move(columns));
    out.add("rows", std::move(rows));
    return view::to_json(out);
}

}  // namespace

int view_command(const ViewArguments& a) {
    u64 at = 0;
    if (!parse_time(a.at, at)) {
        say("--at: `" + a.at + "` is not a time. Write 5ms, 2s or nanoseconds.");
        return exit_bad_usage;
    }
    Run run = boot_file(a.file, a.options);
    if (!run.simulation) return run.code;
    Simulation& s = *run.simulation;
    if (a.cpu >= s.world().g.cpus) {
        say("--cpu: the machine has CPUs 0 to " + std::to_string(s.world().g.cpus - 1) + ".");
        return exit_bad_usage;
    }
    view::Books books;
    books.begin(s.world());
    // t0 may be known only once the rig has come to it.
    while (s.run_until(s.t0() + at) == Stop::reached && s.now() < s.t0() + at) {
    }
    books.update(s.trace(), s.now());
    books.cast.set_t0(s.t0());
    if (s.now() < s.t0() + at && !s.world().g.limit_hit) {
        say("--at: the run has ended before " + a.at + ". Give an instant within its `duration`.");
        return exit_bad_usage;
    }
    u32 task = view::no_task;
    if (!find_task(books.cast, a.task, task)) return exit_bad_usage;
    const Context c = s.context();
    const view::Sheet made =
        view::sheet(a.view, {c, books, s.trace(), task, a.cpu, s.now(), s.t0()});
    if (made.columns.empty()) {
        say("There is no view `" + a.view + "`. There are: " + names_of_views() + ".");
        return exit_bad_usage;
    }
    print(a.report == "json" ? to_json(made) : view::to_text(made));
    return s.world().g.limit_hit ? exit_limit : run.code;
}

}  // namespace rq::cli
