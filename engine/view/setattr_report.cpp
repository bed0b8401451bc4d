// Tables of sched_setattr calls in JSON (the keys of the recorded summaries) and in text.
#include "view/setattr_report.hpp"

namespace rq::view {

namespace {

Value case_value(const SetattrCase& asked, const SetattrResult& got) {
    Value one = Value::object();
    one.add("policy", Value::signed_number(asked.policy));
    one.add("flags", Value::number(asked.flags));
    one.add("nice", Value::signed_number(asked.nice));
    one.add("prio", Value::signed_number(asked.prio));
    one.add("runtime", Value::number(asked.runtime));
    one.add("deadline", Value::number(asked.deadline));
    one.add("period", Value::number(asked.period));
    one.add("uid", Value::number(asked.uid));
    one.add("cpus", Value::number(asked.cpus));
    one.add("hold", Value::number(asked.hold));
    one.add("note", Value::string(asked.note));
    one.add("result", Value::string(setattr_result_name(got.result)));
    Value after = Value::object();
    after.add("policy", Value::signed_number(got.policy));
    after.add("flags", Value::number(got.flags));
    after.add("nice", Value::signed_number(got.nice));
    after.add("prio", Value::signed_number(got.prio));
    after.add("runtime", Value::number(got.runtime));
    after.add("deadline", Value::number(got.deadline));
    after.add("period", Value::number(got.period));
    one.add("after", std::move(after));
    return one;
}

std::string case_text(const SetattrCase& asked, const SetattrResult& got) {
    std::string line = "  policy " + std::to_string(asked.policy);
    auto add = [&](const char* name, u64 value) {
        if (value) line += std::string(", ") + name + " " + std::to_string(value);
    };
    if (asked.nice) line += ", nice " + std::to_string(asked.nice);
    if (asked.prio) line += ", prio " + std::to_string(asked.prio);
    add("flags", asked.flags);
    add("runtime", asked.runtime);
    add("deadline", asked.deadline);
    add("period", asked.period);
    add("uid", asked.uid);
    add("cpus", asked.cpus);
    line += std::string(": ") + setattr_result_name(got.result);
    if (!asked.note.empty()) line += " (" + asked.note + ")";
    return line + "\n";
}

}  // namespace

Value setattr_value(const SetattrTable& table, const SetattrResults& results) {
    Value groups = Value::array();
    for (std::size_t g = 0; g < table.groups.size(); ++g) {
        Value group = Value::object();
        group.add("group", Value::string(table.groups[g].title));
        Value cases = Value::array();
        for (std::size_t i = 0; i < table.groups[g].cases.size(); ++i)
            cases.push(case_value(table.groups[g].cases[i], results[g][i]));
        group.add("cases", std::move(cases));
        groups.push(std::move(group));
    }
    Value all = Value::object();
    all.add("about", Value::string(table.about));
    all.add("groups", std::move(groups));
    return all;
}

std::string setattr_text(const SetattrTable& table, const SetattrResults& results) {
    std::string out;
    for (std::size_t g = 0; g < table.groups.size(); ++g) {
        out += table.groups[g].title + "\n";
        for (std::size_t i = 0; i < table.groups[g].cases.size(); ++i)
            out += case_text(table.groups[g].cases[i], results[g][i]);
    }
    return out;
}

}  // namespace rq::view
