// The .npy format: magic, version, length of the header, a Python dict as text, then the raw
// values. https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
#include "cli/npy.h"

#include <bit>
#include <cstring>
#include <string_view>

#include "cli/failure.h"

namespace selfieseg::cli {
namespace {

using namespace std::string_view_literals;

static_assert(std::endian::native == std::endian::little,
              "values are copied as they are in memory");

constexpr std::string_view kMagic = "\x93NUMPY\x01\x00"sv;  // with version 1.0
constexpr size_t kPreamble = 10;                            // bytes: magic and a 16-bit length
constexpr size_t kAlignment = 64;                           // bytes, of the first value
constexpr size_t kMaxRank = 8;
constexpr int64_t kMaxDimension = int64_t{1} << 32;

struct Header {
  std::string_view type;
  bool fortran_order = false;
  std::vector<int64_t> shape;
  bool has_shape = false;
};

// Reads the Python literal {'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), } piece by
// piece.
class HeaderReader {
 public:
  explicit HeaderReader(std::string_view text) : rest_(text) {}

  Header Read() {
    Header header;
    Need("{");
    while (!Take("}")) {
      ReadEntry(&header);
      if (!Take(",")) {
        Need("}");
        break;
      }
    }
    return header;
  }

 private:
  void ReadEntry(Header* header) {
    const std::string_view key = String();
    Need(":");
    if (key == "descr") {
      header->type = String();
    } else if (key == "fortran_order") {
      header->fortran_order = Take("True");
      if (!header->fortran_order) Need("False");
    } else if (key == "shape") {
      header->shape = Tuple();
      header->has_shape = true;
    } else {
      throw Failure("is a .npy file with an unknown key in its header");
    }
  }

  bool Take(std::string_view token) {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \n"), rest_.size()));
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  void Need(std::string_view token) {
    if (!Take(token)) {
      throw Failure("is a .npy file whose header lacks '" + std::string(token) + "'");
    }
  }

  std::string_view String() {
    Need("'");
    const std::string_view text = rest_.substr(0, rest_.find('\''));
    rest_.remove_prefix(text.size());
    Need("'");
    return text;
  }

  std::vector<int64_t> Tuple() {
    std::vector<int64_t> numbers;
    Need("(");
    while (!Take(")")) {
      if (numbers.size() == kMaxRank) throw Failure("is a .npy file of too many dimensions");
      numbers.push_back(Number());
      if (!Take(",")) {
        Need(")");
        break;
      }
    }
    return numbers;
  }

  int64_t Number() {
    Take("");  // skips spaces
    int64_t number = 0;
    size_t digits = 0;
    for (; digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9'; ++digits) {
      number = 10 * number + (rest_[digits] - '0');
      if (number > kMaxDimension) throw Failure("is a .npy file with a dimension too large");
    }
    if (digits == 0) throw Failure("is a .npy file with a dimension that is no number");
    rest_.remove_prefix(digits);
    return number;
  }

  std::string_view rest_;
};

}  // namespace

std::string ShapeText(std::span<const int64_t> shape) {
  std::string text;
  for (const int64_t size : shape) {
    if (!text.empty()) text += 'x';
    text += std::to_string(size);
  }
  return text.empty() ? "one value" : text;
}

Bytes EncodeNpy(std::span<const int64_t> shape, std::span<const float> values) {
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (";
  for (const int64_t size : shape) header += std::to_string(size) + ", ";
  header += "), }";
  const size_t used = kPreamble + header.size() + 1;
  header.append((kAlignment - used % kAlignment) % kAlignment, ' ');
  header += '\n';
  Bytes bytes(kMagic.begin(), kMagic.end());
  bytes.push_back(uint8_t(header.size() & 0xFF));
  bytes.push_back(uint8_t(header.size() >> 8));
  bytes.insert(bytes.end(), header.begin(), header.end());
  const uint8_t* data = reinterpret_cast<const uint8_t*>(values.data());
  bytes.insert(bytes.end(), data, data + values.size_bytes());
  return bytes;
}

Array DecodeNpy(std::span<const uint8_t> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!text.starts_with(kMagic.substr(0, 6))) throw Failure("is not a .npy file");
  if (!text.starts_with(kMagic)) throw Failure("is not a .npy file of version 1.0");
  const size_t header_size = bytes.size() < kPreamble ? 0 : bytes[8] + 256 * size_t(bytes[9]);
  if (bytes.size() < kPreamble || bytes.size() - kPreamble < header_size) {
    throw Failure("is a .npy file that ends within its header");
  }
  Header header = HeaderReader(text.substr(kPreamble, header_size)).Read();
  if (header.type != "<f4") throw Failure("holds '" + std::string(header.type) + "', need '<f4'");
  if (header.fortran_order) throw Failure("is in Fortran order, need C order");
  if (!header.has_shape) throw Failure("is a .npy file without a shape");

  const size_t data_size = bytes.size() - kPreamble - header_size;
  size_t count = 1;
  for (const int64_t size : header.shape) {
    // A dimension has at most 33 bits, and count stays at most data_size: no product overflows.
    count *= size_t(size);
    if (count > data_size) break;
  }
  if (count > data_size || count * sizeof(float) != data_size) {
    throw Failure("has " + std::to_string(data_size) + " bytes of values, which do not make " +
                  ShapeText(header.shape) + " floats");
  }
  Array array{std::move(header.shape), std::vector<float>(count)};
  if (count > 0) std::memcpy(array.values.data(), text.data() + kPreamble + header_size, data_size);
  return array;
}

}  // namespace selfieseg::cli
