// `runqueue check`: runs scenarios and grades them by their own `expect`.
#include "cli/commands.hpp"

#include "view/svg.hpp"

namespace rq::cli {

namespace {

struct Checked {
    std::string file;
    int code = exit_pass;
    std::vector<view::Verdict> verdicts;
    std::vector<std::string> broken;  ///< laws of the state that do not hold
    std::unique_ptr<Simulation> keep; ///< the verdicts point into its scenario
};

Checked check_file(const std::string& file, const RunOptions& options) {
    Checked c;
    c.file = file;
    Run run = run_file(file, options);
    c.code = run.code;
    if (!run.simulation) return c;
    view::RunReport report = view::report(*run.simulation, run.start, run.from_ns, run.until_ns);
    c.verdicts = view::judge_all(run.simulation->image().scenario, view::report_value(report));
    c.broken = run.simulation->broken_laws();
    for (const view::Verdict& v : c.verdicts) {
        if (!v.known && c.code == exit_pass) c.code = exit_bad_input;
        if (v.known && !v.passed && c.code == exit_pass) c.code = exit_check_failed;
    }
    if (!c.broken.empty()) c.code = exit_invariant;
    c.keep = std::move(run.simulation);
    return c;
}

std::string xml(std::string_view text) { return view::xml_escape(text, "\n\t"); }

std::string text_report(const std::vector<Checked>& all) {
    std::string out;
    u32 passed = 0;
    u32 failed = 0;
    u32 points = 0;
    u32 of = 0;
    for (const Checked& c : all) {
        if (!c.keep) out += "error   " + c.file + "\n";
        for (const view::Verdict& v : c.verdicts) {
            ++(v.passed ? passed : failed);
            of += v.expect->points;
            if (v.passed) points += v.expect->points;
            out += (v.passed ? "pass    " : "FAIL    ") + c.file + ": " + v.sentence + "\n";
        }
        for (const std::string& law : c.broken) out += "BROKEN  " + c.file + ": " + law + "\n";
        if (c.keep && c.verdicts.empty()) out += "nothing " + c.file + " expects nothing\n";
    }
    return out + std::to_string(passed) + " passed, " + std::to_string(failed) + " failed, " +
           std::to_string(points) + " of " + std::to_string(of) + " points\n";
}

std::string junit_report(const std::vector<Checked>& all) {
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
    for (const Checked& c : all) {
        u64 failures = 0;
        for (const view::Verdict& v : c.verdicts) failures += !v.passed;
        u64 errors = c.keep ? c.broken.size() : 1;
        out += "  <testsuite name=\"" + xml(c.file) + "\" tests=\"" +
               std::to_string(c.verdicts.size() + errors) + "\" failures=\"" +
               std::to_string(failures) + "\" errors=\"" + std::to_string(errors) + "\">\n";
        for (const view::Verdict& v : c.verdicts) {
            out += "    <testcase classname=\"" + xml(c.file) + "\" name=\"" + xml(v.id) + "\"";
            out += v.passed ? "/>\n"
                            : ">\n      <failure message=\"" + xml(v.sentence) +
                                  "\"/>\n    </testcase>\n";
        }
        if (!c.keep)
            out += "    <testcase classname=\"" + xml(c.file) +
                   "\" name=\"runs\">\n      <error message=\"the file could not be run\"/>\n"
                   "    </testcase>\n";
        for (const std::string& law : c.broken)
            out += "    <testcase classname=\"" + xml(c.file) +
                   "\" name=\"law\">\n      <error message=\"" + xml(law) +
                   "\"/>\n    </testcase>\n";
        out += "  </testsuite>\n";
    }
    return out + "</testsuites>\n";
}

/// One JSON object a line, so that tools can read while it runs.
std::string json_report(const std::vector<Checked>& all) {
    std::string out;
    auto field = [&](const char* key, std::string_view text) {
        out += std::string(", \"") + key + "\": ";
        append_json_string(out, text);
    };
    for (const Checked& c : all) {
        for (const view::Verdict& v : c.verdicts) {
            out += "{\"file\": ";
            append_json_string(out, c.file);
            field("id", v.id);
            field("metric", v.expect->metric);
            field("op", v.expect->op);
            field("value", v.expect->value);
            if (!v.expect->tolerance.empty()) field("tolerance", v.expect->tolerance);
            field("actual", v.actual);
            out += std::string(", \"passed\": ") + (v.passed ? "true" : "false");
            out += ", \"points\": " + std::to_string(v.passed ? v.expect->points : 0) +
                   ", \"max_points\": " + std::to_string(v.expect->points);
            field("message", v.sentence);
            out += "}\n";
        }
        for (const std::string& law : c.broken) {
            out += "{\"file\": ";
            append_json_string(out, c.file);
            field("broken_law", law);
            out += "}\n";
        }
        if (c.keep) continue;
        out += "{\"file\": ";
        append_json_string(out, c.file);
        out += ", \"exit_code\": " + std::to_string(c.code) + "}\n";
    }
    return out;
}

}  // namespace

int check_command(const CheckArguments& a) {
    if (a.report == "tap" || a.report == "gradescope") {
        say("--report " + a.report + " is not available yet; there are text, junit and json");
        return exit_bad_usage;
    }
    std::vector<Checked> all;
    int worst = exit_pass;
    for (const std::string& file : a.files) {
        all.push_back(check_file(file, a.options));
        for (const view::Verdict& v : all.back().verdicts)
            if (!v.known) say(file + ":" + std::to_string(v.expect->place.line) + ":" +
                              std::to_string(v.expect->place.column) + ": " + v.sentence);
        if (all.back().code > worst) worst = all.back().code;
    }
    print(a.report == "junit"  ? junit_report(all)
          : a.report == "json" ? json_report(all)
                               : text_report(all));
    return worst;
}

}  // namespace rq::cli
