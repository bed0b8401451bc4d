// Rectangles, lines and text. Colours are Okabe and Ito's, with a letter so that none is needed.
#include "view/svg.hpp"

#include "base/fixed.hpp"
#include "base/text.hpp"

namespace rq::view {

namespace {

struct Ink {
    const char* fill;
    const char* edge;
    const char* text;
};
constexpr Ink inks[8] = {
    {"#0072B2", "#005A8D", "#FFFFFF"}, {"#E69F00", "#8F6200", "#10151C"},
    {"#009E73", "#006B4E", "#10151C"}, {"#CC79A7", "#96436F", "#10151C"},
    {"#56B4E9", "#1F77A8", "#10151C"}, {"#D55E00", "#9C4400", "#10151C"},
    {"#F0E442", "#857C00", "#10151C"}, {"#8B95A3", "#5A6472", "#10151C"}};
constexpr const char* letters = "ABCDEFGHJKLMNPQU";

constexpr u32 label_width = 136;
constexpr u32 cpu_lane = 34;
constexpr u32 task_lane = 24;
constexpr u32 top = 52;
constexpr u32 slices_max = 20'000;

/// 1/100 px as text.
std::string px(u64 hundredths) { return decimal(hundredths, 100, 2); }

/// "5 ms" rather than "5.000 ms".
std::string short_time(u64 ns) {
    std::string text = human_ns(ns);
    std::size_t blank = text.find(' ');
    std::size_t point = text.find('.');
    if (point == std::string::npos || point > blank) return text;
    std::size_t end = blank;
    while (end > point && (text[end - 1] == '0' || text[end - 1] == '.')) --end;
    return text.substr(0, end) + text.substr(blank);
}

class Drawing {
   public:
    Drawing(const Books& books, const SvgOptions& o) : books_(books), o_(o) {
        plot_ = (u64{o.width} - label_width - 8) * 100;
        for (u32 i = 0; i < books.cast.count(); ++i) {
            const Member& m = books.cast[i];
            if (m.role != Role::workload) continue;
            order_.push_back(i);
        }
    }
    std::string draw();

   private:
    u64 x(u64 time) const {
        if (time < o_.from) time = o_.from;
        if (time > o_.to) time = o_.to;
        return label_width * 100 + mul_div_u64(time - o_.from, plot_, o_.to - o_.from);
    }
    /// The place of a task in the order of colours; kernel threads have none.
    u32 colour(u32 task) const {
        for (u32 i = 0; i < order_.size(); ++i)
            if (order_[i] == task) return i;
        return ~0u;
    }
    void rect(u64 x0, u64 y, u64 w, u64 h, const std::string& attributes, const std::string& tip);
    void text(u64 at_x, u64 y, const std::string& attributes, const std::string& words);
    void ruler(u64 height);
    void cpu(u32 cpu, u64 y);
    void dense_cpu(u32 cpu, u64 y);
    void task(u32 task, u64 y);
    std::string span_text(u64 from, u64 to) const {
        return instant(from, o_.t0) + " to " + instant(to, o_.t0) + ", " + human_ns(to - from);
    }

    const Books& books_;
    const SvgOptions& o_;
    std::vector<u32> order_;
    u64 plot_ = 0;
    std::string out_;
};

void Drawing::rect(u64 x0, u64 y, u64 w, u64 h, const std::string& attributes,
                   const std::string& tip) {
    out_ += "<rect x=\"" + px(x0) + "\" y=\"" + px(y) + "\" width=\"" + px(w) + "\" height=\"" +
            px(h) + "\" " + attributes;
    out_ += tip.empty() ? "/>\n" : "><title>" + xml_escape(tip) + "</title></rect>\n";
}

void Drawing::text(u64 at_x, u64 y, const std::string& attributes, const std::string& words) {
    out_ += "<text x=\"" + px(at_x) + "\" y=\"" + px(y) + "\" " + attributes + ">" +
            xml_escape(words) + "</text>\n";
}

/// Lines at 1, 2 or 5 times a power of ten, about ten of them.
void Drawing::ruler(u64 height) {
    u64 decade = 1;
    while ((o_.to - o_.from) / decade > 60) decade *= 10;
    u64 step = decade;
    if ((o_.to - o_.from) / step > 12) step = decade * 2;
    if ((o_.to - o_.from) / step > 12) step = decade * 5;
    u64 base = o_.from > o_.t0 ? o_.from - o_.t0 : 0;
    for (u64 t = div_ceil(base, step) * step; o_.t0 + t <= o_.to; t += step) {
        u64 at = x(o_.t0 + t);
        out_ += "<line x1=\"" + px(at) + "\" y1=\"40\" x2=\"" + px(at) + "\" y2=\"" + px(height) +
                "\" stroke=\"#D3DAE3\"/>\n";
        bool edge = at + 3000 > label_width * 100 + plot_;
        text(at, 3600,
             std::string("font-size=\"11\" fill=\"#5F6B7E\" text-anchor=\"") +
                 (edge ? "end\"" : "middle\""),
             short_time(t));
    }
}

void Drawing::dense_cpu(u32 cpu, u64 y) {
    u32 n = static_cast<u32>(plot_ / 100);
    std::vector<ShareColumn> columns;
    books_.timeline.cpu_columns(cpu, o_.from, o_.to, n, columns);
    for (u32 i = 0; i < n; ++i) {
        u64 bottom = y + 2800;
        for (u32 k = 0; k < 4 && columns[i].task[k] != no_task; ++k) {
            u64 h = u64{columns[i].permille[k]} * 28 / 10;
            u32 place = colour(columns[i].task[k]);
            bottom -= h;
            if (h)
                rect(label_width * 100 + u64{i} * 100, bottom, 100, h,
                     std::string("fill=\"") + (place == ~0u ? "#455164" : inks[place % 8].fill) +
                         "\"",
                     "");
        }
    }
}

void Drawing::cpu(u32 cpu, u64 y) {
    text(0, y + 1900, "font-size=\"13\" font-weight=\"600\" fill=\"#18202C\"",
         "CPU " + std::to_string(cpu));
    rect(label_width * 100, y, plot_, 2800, "fill=\"#EAEEF3\"", "");
    std::vector<CpuSlice> slices;
    if (!books_.timeline.cpu_slices(cpu, o_.from, o_.to, slices_max, slices))
        return dense_cpu(cpu, y);
    for (const CpuSlice& s : slices) {
        u32 place = colour(s.task);
        u64 x0 = x(s.from);
        u64 w = x(s.to) - x0;
        const Ink& ink = inks[place % 8];
        std::string attributes =
            place == ~0u ? "fill=\"#455164\""
                         : std::string("fill=\"") + ink.fill + "\" stroke=\"" + ink.edge + "\"";
        if (w < 200 && place != ~0u) attributes = std::string("fill=\"") + ink.fill + "\"";
        rect(x0, y, w < 20 ? 20 : w, 2800, attributes,
             books_.cast.name(s.task) + ": " + span_text(s.from, s.to));
        if (place == ~0u || w < 1100) continue;
        std::string words(1, place < 16 ? letters[place] : '+');
        if (w > 2400 + 800 * books_.cast.name(s.task).size())
            words += " " + books_.cast.name(s.task);
        text(x0 + 400, y + 1850,
             std::string("font-size=\"12\" font-weight=\"600\" fill=\"") + ink.text + "\"", words);
    }
}

void Drawing::task(u32 task, u64 y) {
    u32 place = colour(task);
    const Ink& ink = inks[place % 8];
    std::string name(1, place < 16 ? letters[place] : '+');
    text(0, y + 1500, "font-size=\"12\" fill=\"#18202C\"", name + " " + books_.cast.name(task));
    std::vector<TaskSpan> spans;
    books_.timeline.task_spans(task, o_.from, o_.to, slices_max, spans);
    for (const TaskSpan& s : spans) {
        u64 x0 = x(s.from);
        u64 w = x(s.to) - x0;
        std::string tip = books_.cast.name(task) + " " + state_word(s.state) + ": " +
                          span_text(s.from, s.to);
        if (s.state == State::running)
            rect(x0, y + 500, w < 20 ? 20 : w, 1400, std::string("fill=\"") + ink.fill + "\"", tip);
        else if (s.state == State::waiting)
            rect(x0, y + 850, w, 700,
                 std::string("fill=\"none\" stroke=\"") + ink.edge + "\" stroke-dasharray=\"3 2\"",
                 tip);
        else if (s.state == State::disk)
            rect(x0, y + 950, w, 500, "fill=\"#7B8798\"", tip);
        else if (s.state != State::dead && s.state != State::unborn)
            rect(x0, y + 1120, w, 150,
                 s.state == State::zombie
                     ? "fill=\"none\" stroke=\"#7B8798\" stroke-dasharray=\"1 3\""
                     : "fill=\"#7B8798\"",
                 tip);
    }
}

std::string Drawing::draw() {
    std::vector<u32> lanes;
    u32 more = 0;
    for (u32 i : order_) {
        const Member& m = books_.cast[i];
        if (m.born > o_.to || m.died < o_.from) continue;
        if (lanes.size() < o_.tasks_max)
            lanes.push_back(i);
        else
            ++more;
    }
    u64 height = u64{top} + u64{cpu_lane} * books_.timeline.nr_cpus() + 8 +
                 u64{task_lane} * lanes.size() + (more ? 20 : 0) + 8;
    std::string w = std::to_string(o_.width);
    std::string h = std::to_string(height);
    out_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + w + "\" height=\"" + h +
           "\" viewBox=\"0 0 " + w + " " + h +
           "\" font-family=\"Inter, system-ui, sans-serif\">\n<rect width=\"" + w +
           "\" height=\"" + h + "\" fill=\"#FFFFFF\"/>\n";
    text(0, 1600, "font-size=\"14\" font-weight=\"600\" fill=\"#18202C\"", o_.title);
    ruler(height * 100 - 800);
    u64 y = top * 100;
    for (u32 cpu_index = 0; cpu_index < books_.timeline.nr_cpus(); ++cpu_index) {
        cpu(cpu_index, y);
        y += cpu_lane * 100;
    }
    y += 800;
    for (u32 i : lanes) {
        task(i, y);
        y += task_lane * 100;
    }
    if (more)
        text(0, y + 1400, "font-size=\"12\" fill=\"#5F6B7E\"",
             "and " + std::to_string(more) + " more tasks");
    return out_ + "</svg>\n";
}

}  // namespace

std::string xml_escape(std::string_view text, std::string_view kept) {
    std::string out;
    for (char ch : text) {
        if (ch == '&')
            out += "&amp;";
        else if (ch == '<')
            out += "&lt;";
        else if (ch == '>')
            out += "&gt;";
        else if (ch == '"')
            out += "&quot;";
        else if (static_cast<u8>(ch) >= 0x20 || kept.find(ch) != kept.npos)
            out += ch;
    }
    return out;
}

std::string timeline_svg(const Books& books, const SvgOptions& options) {
    if (options.to <= options.from) return "";
    return Drawing(books, options).draw();
}

}  // namespace rq::view
