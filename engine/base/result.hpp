// Errors as values: what is wrong, where, and what to do about it.
#pragma once

#include "base/assert.hpp"
#include "base/types.hpp"

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace rq {

/// One complaint about a text or a command. `line` and `column` count from 1; 0 = no place.
struct Diagnostic {
    std::string code;     ///< stable, machine-readable, e.g. "unknown-key"
    std::string message;  ///< one sentence: what is wrong
    std::string hint;     ///< what to do, may be empty
    u32 line = 0;
    u32 column = 0;
};

using Diagnostics = std::vector<Diagnostic>;

/// "12:5: unknown key `nise`. Did you mean `nice`?"
std::string to_string(const Diagnostic& diagnostic);

/// A value or the reasons why there is none.
template <class T>
class Result {
   public:
    Result(T value) : value_(std::move(value)) {}
    Result(Diagnostic why) : value_(Diagnostics{std::move(why)}) {}
    Result(Diagnostics why) : value_(std::move(why)) {}

    explicit operator bool() const { return value_.index() == 0; }
    T& operator*() {
        RQ_ASSERT(value_.index() == 0);
        return *std::get_if<0>(&value_);
    }
    const T& operator*() const {
        RQ_ASSERT(value_.index() == 0);
        return *std::get_if<0>(&value_);
    }
    T* operator->() { return &**this; }
    const T* operator->() const { return &**this; }
    const Diagnostics& errors() const {
        RQ_ASSERT(value_.index() == 1);
        return *std::get_if<1>(&value_);
    }

   private:
    std::variant<T, Diagnostics> value_;
};

}  // namespace rq
