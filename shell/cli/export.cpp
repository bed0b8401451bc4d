// `runqueue export` and the trace files of `runqueue run --trace`.
#include "cli/commands.hpp"

#include <cstdio>

namespace rq::cli {

namespace {

/// A file that is written piece by piece.
class Output {
   public:
    explicit Output(const std::string& path) : path_(path) {
        file_ = path == "-" ? stdout : std::fopen(path.c_str(), "wb");
        good_ = file_ != nullptr;
    }
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;
    ~Output() {
        if (file_ && file_ != stdout) std::fclose(file_);
    }
    void put(std::string_view text) {
        if (good_) good_ = std::fwrite(text.data(), 1, text.size(), file_) == text.size();
    }
    /// Closes; false (and said so) if anything went wrong.
    bool finish() {
        if (file_ == stdout)
            good_ = good_ && std::fflush(file_) == 0;
        else if (file_)
            good_ = (std::fclose(file_) == 0) && good_;
        file_ = nullptr;
        if (!good_) say(path_ + ": cannot be written");
        return good_;
    }

   private:
    std::string path_;
    std::FILE* file_ = nullptr;
    bool good_ = false;
};

constexpr std::size_t piece_bytes = 1u << 20;

/// The timeline of the measured window.
std::string picture(const Run& run) {
    const Simulation& s = *run.simulation;
    view::Books books;
    books.begin(run.booted);
    books.update(s.trace(), s.now());
    view::SvgOptions options;
    options.from = s.t0() + run.from_ns;
    options.to = s.t0() + run.until_ns;
    options.t0 = s.t0();
    options.title = s.image().scenario.title;
    return view::timeline_svg(books, options);
}

/// Writes all records of a run; what stands in `text` at the end is still to be put out.
template <class Writer>
void put_records(const Simulation& s, Writer& writer, std::string& text, Output& out) {
    Record r;
    for (Trace::Reader reader = s.trace().read(0); reader.next(r);) {
        writer.write(text, r);
        if (text.size() < piece_bytes) continue;
        out.put(text);
        text.clear();
    }
}

}  // namespace

bool write_ftrace(const Run& run, const std::string& path) {
    Output out(path);
    const Simulation& s = *run.simulation;
    FtraceWriter writer(s.t0());
    for (const KnownTask& k : run.start.known) writer.know(k);
    std::string text;
    writer.head(text, s.world().g.cpus);
    put_records(s, writer, text, out);
    out.put(text);
    return out.finish();
}

bool write_rqt(const Run& run, const std::string& path) {
    Output out(path);
    const Simulation& s = *run.simulation;
    RqtWriter writer;
    std::string text;
    writer.head(text, s.t0(), s.world().g.cpus, run.start.known);
    put_records(s, writer, text, out);
    writer.finish(text);
    out.put(text);
    return out.finish();
}

int perf_command(const PerfArguments& a) {
    Run run = run_file(a.file, a.options);
    if (!run.simulation) return run.code;
    const Simulation& s = *run.simulation;
    view::PerfInput input;
    input.trace = &s.trace();
    input.known = run.start.known;
    input.t0 = s.t0();
    input.cpus = s.world().g.cpus;
    print(a.what == "latency"    ? view::perf_sched_latency(input)
          : a.what == "timehist" ? view::perf_sched_timehist(input)
                                 : view::perf_sched_map(input));
    return run.code;
}

int export_command(const ExportArguments& a) {
    if (a.to == "perfetto") {
        say("--to perfetto is not available yet; Perfetto opens the file of --to ftrace as well");
        return exit_bad_usage;
    }
    Run run = run_file(a.file, a.options);
    if (!run.simulation) return run.code;
    bool good = false;
    if (a.to == "ftrace") {
        good = write_ftrace(run, a.output);
    } else if (a.to == "svg") {
        good = write_file(a.output, picture(run));
    } else {
        view::RunReport report =
            view::report(*run.simulation, run.start, run.from_ns, run.until_ns);
        good = write_file(a.output, view::report_csv(report));
    }
    return good ? run.code : exit_bad_input;
}

}  // namespace rq::cli
