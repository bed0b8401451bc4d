// Lines from standard input: with history and completion at a terminal where libedit is there, else
// plainly.
#pragma once

#include <string>

namespace rq::console {
class Console;
}

namespace rq::cli {

class LineEditor {
   public:
    explicit LineEditor(const console::Console& shell);
    ~LineEditor();
    LineEditor(const LineEditor&) = delete;
    LineEditor& operator=(const LineEditor&) = delete;

    /// The next line without its end; false at the end of the input. The prompt is shown only at a
    /// terminal.
    bool read(const std::string& prompt, std::string& line);

   private:
    bool terminal_;
};

}  // namespace rq::cli
