// Tables of sched_setattr calls in JSON (the keys of the recorded summaries) and in text.
#include "view/setattr_report.hpp"

namespace rq::view {

namespace {

/// The members of struct sched_attr that a call and its result share.
template <class Attributes>
void add_attributes(Value& out, const Attributes& attr) {
    out.add("policy", Value::signed_number(attr.policy));
    out.add("flags", Value::number(attr.flags));
    out.add("nice", Value::signed_number(attr.nice));
    out.add("prio", Value::signed_number(attr.prio));
    out.add("runtime", Value::number(attr.runtime));
    out.add("deadline", Value::number(attr.deadline));
    out.add("period", Value::number(attr.period));
}

Value case_value(const SetattrCase& asked, const SetattrResult& got) {
    Value one = Value::object();
    add_attributes(one, asked);
    one.add("uid", Value::number(asked.uid));
    one.add("cpus", Value::number(asked.cpus));
    one.add("hold", Value::number(asked.hold));
    one.add("note", Value::string(asked.note));
    one.add("result", Value::string(setattr_result_name(got.result)));
    Value after = Value::object();
    add_attributes(after, got);
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
