// The camera as other programs meet it: through PipeWire, in pixels.
#include "camera/private_session_test.h"

#include <gst/gst.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "camera/output.h"

namespace selfieseg::camera {
namespace {

constexpr double kPatience = 20;  // seconds: how long things take is no matter of tests

constexpr Pixel kMagenta = {255, 0, 255}, kGreen = {0, 255, 0}, kJacket = {40, 50, 90};

Pixel Wall(const Picture& picture) { return picture.At(0.05, 0.05); }
Pixel Chest(const Picture& picture) { return picture.At(0.5, 0.93); }
bool HasPerson(const Picture& picture) { return Chest(picture).IsNear(kJacket); }
bool IsReplaced(const Picture& picture) { return Chest(picture).IsNear(kMagenta); }

// No frame may show the room.
void ExpectNoRoom(const Picture& picture) {
  const Pixel wall = Wall(picture);
  EXPECT_TRUE(wall.IsNear(kMagenta)) << wall.red << " " << wall.green << " " << wall.blue;
}

class CameraSession : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string missing = Session::Missing(); !missing.empty()) {
      GTEST_SKIP() << "there is no " << missing
                   << ": install pipewire wireplumber gstreamer1.0-pipewire dbus-daemon "
                      "gstreamer1.0-tools gstreamer1.0-plugins-good";
    }
    session_ = std::make_unique<Session>();
  }

  // A camera of PipeWire's that shows somebody.
  pid_t StartOtherCamera() {
    return session_->Start(
        {"gst-launch-1.0",
         "-q",
         "multifilesrc",
         "location=" + session_->Path("me.jpg"),
         "loop=true",
         "caps=image/jpeg,framerate=30/1",
         "!",
         "jpegdec",
         "!",
         "videoconvert",
         "!",
         "video/x-raw,format=YUY2",
         "!",
         "identity",
         "sync=true",
         "drop-allocation=true",
         "!",
         "pipewiresink",
         "mode=provide",
         "sync=false",
         "stream-properties=props,media.class=Video/Source,media.role=Camera,node.name=other"});
  }
  std::string InputState() const { return session_->Status()["input"]["state"]; }

  std::unique_ptr<Session> session_;
};

TEST_F(CameraSession, ReadersSeeThePersonOnAnotherBackground) {
  const std::string clip = session_->Path("me.avi");
  WriteClipOfSomebody(clip);
  session_->StartCamera({"--input", clip, "--background", "#ff00ff"});
  Reader reader;
  EXPECT_TRUE(reader.WaitUntil(HasPerson, kPatience, ExpectNoRoom));
  int persons = 0;
  for (int i = 0; i < 90; ++i) {  // the clip begins again meanwhile
    const Picture picture = reader.Next();
    ExpectNoRoom(picture);
    EXPECT_TRUE(HasPerson(picture) || IsReplaced(picture)) << i;  // on a busy machine
    persons += HasPerson(picture);
  }
  EXPECT_GE(persons, 45);
}

TEST_F(CameraSession, APictureIsAnInputToo) {
  const std::string picture = session_->Path("me.jpg");
  WriteSomebody(picture);
  const pid_t camera = session_->StartCamera({"--input", picture, "--background", "#ff00ff"});
  Reader reader;
  EXPECT_TRUE(reader.WaitUntil(HasPerson, kPatience, ExpectNoRoom));
  const uint64_t frames = session_->Status()["input"]["frames"];
  EXPECT_TRUE(
      WaitUntil([&] { return session_->Status()["input"]["frames"] > frames + 5; }, kPatience));
  session_->Tool({"camera", "stop"});
  EXPECT_EQ(session_->WaitFor(camera).err.find("CRITICAL"), std::string::npos);
}

TEST_F(CameraSession, TwoReadersSeeItAtOnce) {
  session_->StartCamera({"--input", "test", "--background", "#ff00ff"});
  Reader first, second;
  const auto any = [](const Picture&) { return true; };
  ASSERT_TRUE(first.WaitUntil(any, kPatience, nullptr));
  ASSERT_TRUE(second.WaitUntil(any, kPatience, nullptr));
  for (int i = 0; i < 10; ++i) {
    EXPECT_FALSE(first.Next().rgb.empty());
    EXPECT_FALSE(second.Next().rgb.empty());
  }
}

TEST_F(CameraSession, AFrameIsSeenBeforeTheNextOneIsShown) {
  const auto output = OpenPipeWire({320, 240, 30}, "alone");
  Reader reader("alone");
  const auto shade = [](uint8_t luma) {
    std::vector<uint8_t> frame(320 * 240 * 2, 128);
    for (size_t i = 0; i < frame.size(); i += 2) frame[i] = luma;
    return frame;
  };
  const auto is_bright = [](const Picture& p) { return p.At(0.5, 0.5).IsNear({255, 255, 255}); };
  ASSERT_TRUE(WaitUntil(
      [&] {
        output->Show(shade(16));
        return reader.Next().At(0.5, 0.5).IsNear({0, 0, 0});
      },
      kPatience));
  output->Show(shade(235));
  EXPECT_TRUE(reader.WaitUntil(is_bright, kPatience, nullptr));
}

TEST_F(CameraSession, TheSourceIsOpenOnlyWhileSomebodyReads) {
  session_->StartCamera({"--input", "test"});
  EXPECT_EQ(InputState(), "closed");
  for (int times = 0; times < 2; ++times) {
    {
      Reader reader;
      EXPECT_FALSE(reader.Next().rgb.empty());
      EXPECT_TRUE(WaitUntil([&] { return InputState() == "open"; }, kPatience));
    }
    EXPECT_TRUE(WaitUntil([&] { return InputState() == "closed"; }, kPatience));
  }
}

TEST_F(CameraSession, ShowsTheBackgroundWhileTheSourceIsGoneOrStalls) {
  WriteSomebody(session_->Path("me.jpg"));
  pid_t other = StartOtherCamera();
  session_->StartCamera({"--background", "#ff00ff"});  // which finds it
  Reader reader;
  ASSERT_TRUE(reader.WaitUntil(HasPerson, kPatience, ExpectNoRoom));
  EXPECT_EQ(session_->Status()["input"]["source"], "pipewire:other");

  kill(other, SIGSTOP);
  EXPECT_TRUE(reader.WaitUntil(IsReplaced, kPatience, ExpectNoRoom));
  EXPECT_EQ(session_->Status()["showing"], "replacement");
  kill(other, SIGCONT);
  EXPECT_TRUE(reader.WaitUntil(HasPerson, kPatience, ExpectNoRoom));

  session_->End(other);
  EXPECT_TRUE(reader.WaitUntil(IsReplaced, kPatience, ExpectNoRoom));
  StartOtherCamera();
  EXPECT_TRUE(reader.WaitUntil(HasPerson, kPatience, ExpectNoRoom));
}

TEST_F(CameraSession, ChangesWhileItRunsWithoutAFlash) {
  const std::string clip = session_->Path("me.avi");
  WriteClipOfSomebody(clip);
  session_->StartCamera({"--input", clip, "--background", "#ff00ff"});
  Reader reader;
  ASSERT_TRUE(reader.WaitUntil(HasPerson, kPatience, ExpectNoRoom));

  EXPECT_EQ(session_->Tool({"camera", "set", "background=#00ff00", "mirror=yes"}).exit_code, 0);
  EXPECT_TRUE(reader.WaitUntil([](const Picture& p) { return Wall(p).IsNear(kGreen); }, kPatience,
                               [](const Picture& picture) {
                                 const Pixel wall = Wall(picture);
                                 EXPECT_TRUE(wall.IsNear(kGreen) || wall.IsNear(kMagenta));
                               }));
  const cli::Outcome outcome = session_->Tool({"camera", "set", "background=/no/such/picture.png"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_NE(outcome.err, "");
  for (const char* bad : {"quality=good", "threshold=2:1", "background=#12"}) {
    EXPECT_EQ(session_->Tool({"camera", "set", bad}).exit_code, 2) << bad;
  }
  int in_a_row = 0;  // frames that were begun before may still come
  EXPECT_TRUE(reader.WaitUntil(
      [&](const Picture& p) {
        return (in_a_row = Wall(p).IsNear(kGreen) ? in_a_row + 1 : 0) == 15;
      },
      kPatience, nullptr));
  EXPECT_EQ(session_->Status()["settings"]["background"], "#00ff00");
}

TEST_F(CameraSession, AnotherSizeWaitsUntilNobodyReads) {
  session_->StartCamera({"--input", "test", "--background", "#ff00ff"});
  {
    Reader reader;
    EXPECT_EQ(reader.Next().width, 320);
    EXPECT_EQ(session_->Tool({"camera", "set", "size=640x360", "rate=20"}).exit_code, 0);
    for (int i = 0; i < 30; ++i) EXPECT_EQ(reader.Next().width, 320);
  }
  EXPECT_TRUE(WaitUntil([&] { return InputState() == "closed"; }, kPatience));
  Reader reader;
  EXPECT_EQ(reader.Next().width, 640);
}

TEST_F(CameraSession, WithoutAnyCameraItGoesOnAndSaysSo) {
  session_->StartCamera({"--background", "#ff00ff"});
  Reader reader;
  for (int i = 0; i < 180; ++i) ExpectNoRoom(reader.Next());
  EXPECT_NE(std::string(session_->Status()["input"]["problem"]).find("no camera is found"),
            std::string::npos);
}

TEST_F(CameraSession, EndsCleanlyHoweverItIsTold) {
  const pid_t stopped = session_->StartCamera({"--input", "test"});
  EXPECT_EQ(session_->Tool({"camera", "stop"}).exit_code, 0);
  EXPECT_EQ(session_->WaitFor(stopped).exit_code, 0);
  for (const auto& [number, code] : {std::pair{SIGTERM, 0}, {SIGINT, 128 + SIGINT}}) {
    const pid_t camera = session_->StartCamera({"--input", "test"});
    kill(camera, number);
    EXPECT_EQ(session_->WaitFor(camera).exit_code, code);
  }
  EXPECT_EQ(session_->Tool({"camera", "status"}).exit_code, 1);
}

}  // namespace
}  // namespace selfieseg::camera

#ifdef __SANITIZE_ADDRESS__
// GLib leaves memory behind that no name can be given to; ./dev soak watches the camera's memory.
extern "C" __attribute__((visibility("default"))) const char* __asan_default_options() {
  return "detect_leaks=0";
}
#endif

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  gst_init(&argc, &argv);
  return RUN_ALL_TESTS();
}
