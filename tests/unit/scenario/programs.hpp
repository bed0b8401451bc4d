// Shows a program of a scenario on one line, so that a test can say what it should be.
#pragma once

#include "scenario/program_builder.hpp"
#include "scenario/scenario.hpp"

#include <doctest/doctest.h>

#include <string>

namespace testing {

/// "loop_begin -1>2; run 1ms; loop_end>0": operations, after > the target of a jump or, for fork
/// and the like, the index of the program.
inline std::string show(const rq::Scenario& s, rq::u32 program) {
    using rq::OpCode;
    std::string out;
    for (const rq::Op& op : s.programs[program].ops) {
        if (!out.empty()) out += "; ";
        out += rq::op_command(s, op);
        bool jump = op.code == OpCode::loop_begin || op.code == OpCode::loop_end ||
                    op.code == OpCode::if_child || op.code == OpCode::if_parent;
        bool child = (op.code == OpCode::clone && (op.present & 2)) ||
                     (op.code == OpCode::fork && (op.present & 1)) ||
                     (op.code == OpCode::vfork && (op.present & 1));
        if (jump || child) out += ">" + std::to_string(op.block);
    }
    return out;
}

inline std::string show_task(const rq::Scenario& s, rq::u32 task) {
    return show(s, s.tasks[task].program);
}

/// The scenario, or one without tasks and a failed check that says why.
inline rq::Scenario read(const std::string& text) {
    rq::Result<rq::Scenario> result = rq::read_scenario(text);
    if (result) return *result;
    for (const rq::Diagnostic& d : result.errors()) FAIL_CHECK(rq::to_string(d));
    rq::Scenario none;
    none.tasks.resize(4);
    none.programs.resize(4);
    return none;
}

/// All complaints, each as "line:column code".
inline std::string complaints(const std::string& text) {
    rq::Result<rq::Scenario> result = rq::read_scenario(text);
    if (result) return "none";
    std::string out;
    for (const rq::Diagnostic& d : result.errors()) {
        if (!out.empty()) out += ", ";
        out += std::to_string(d.line) + ":" + std::to_string(d.column) + " " + d.code;
    }
    return out;
}

/// The first complaint as a person reads it.
inline std::string first_complaint(const std::string& text) {
    rq::Result<rq::Scenario> result = rq::read_scenario(text);
    return result ? "none" : rq::to_string(result.errors().front());
}

}  // namespace testing
