using FsCheck;
using FsCheck.Fluent;
using ModelSessions.Data;
using ModelSessions.Tests.Files;
using ModelSessions.Tests.Sessions;
using ModelSessions.Training;

namespace ModelSessions.Tests.Training;

/// <summary>Schedules by name, with the values of TensorFlow's and Keras'.</summary>
public sealed class NamedScheduleTests : IDisposable
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Seed = 5, Checkpoints = new(FlushToDisk: false) };
    private static readonly long[] s_iterations = [0, 1, 7, 10, 25, 99, 100, 101, 150, 200, 350];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, double[]> OfTensorFlow => new()
    {
        { "exponential initial=0.1 decaySteps=100 decayRate=0.96", [0.100000001, 0.0999591872, 0.0997146592, 0.0995926186, 0.0989846438, 0.0960391983, 0.0960000008, 0.0959608182, 0.0940604061, 0.0921600014, 0.0866860673] },
        { "exponential initial=0.1 decaySteps=100 decayRate=0.5 staircase=true", [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.0125] },
        { "step initial=0.1 every=100 factor=0.5", [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.0125] },
        { "inverseTime initial=0.1 decaySteps=100 decayRate=0.5", [0.100000001, 0.099502489, 0.0966183618, 0.0952381045, 0.088888891, 0.0668896362, 0.0666666701, 0.0664451867, 0.0571428575, 0.0500000007, 0.0363636352] },
        { "inverseTime initial=0.1 decaySteps=100 decayRate=0.5 staircase=true", [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.0666666701, 0.0666666701, 0.0666666701, 0.05, 0.04] },
        { "polynomial initial=0.1 decaySteps=100 end=0.01 power=0.5", [0.100000001, 0.0995488688, 0.0967928544, 0.0953814983, 0.0879422873, 0.0189999957, 0.01, 0.01, 0.01, 0.01, 0.01] },
        { "polynomial initial=0.1 decaySteps=100 end=0.01 power=2 cycle=true", [0.100000001, 0.0982090011, 0.0878409967, 0.0828999951, 0.0606250018, 0.0100090001, 0.01, 0.0320522487, 0.015625, 0.01, 0.0114062503] },
        { "cosine initial=0.1 decaySteps=100 alpha=0.1", [0.100000001, 0.0999777913, 0.0989162549, 0.0977975428, 0.0868198127, 0.0100222062, 0.01, 0.01, 0.01, 0.01, 0.01] },
        { "cosine initial=0.1 decaySteps=200 alpha=0.05 warmupSteps=50 warmupStart=0.02", [0.02, 0.0216, 0.0312, 0.036, 0.06, 0.0866109991, 0.0860875721, 0.0855558578, 0.0525, 0.0189124279, 0.005] },
        { "piecewise boundaries=10,100 values=1,0.5,0.1", [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.1, 0.1, 0.1, 0.1] },
        { "cyclic minimum=1 maximum=2 stepSize=100", [1, 1.01, 1.07, 1.1, 1.25, 1.99, 2, 1.99, 1.5, 1, 1.5] },
        { "cyclic minimum=1 maximum=2 stepSize=100 mode=triangular2", [1, 1.01, 1.07, 1.1, 1.25, 1.99, 2, 1.99, 1.5, 1, 1.25] },
        { "cyclic minimum=0 maximum=1 stepSize=100 mode=exponentialRange gamma=0.99", [0, 0.0099, 0.06524457435, 0.0904382075, 0.1944553398, 0.3660323413, 0.3660323413, 0.3587482977, 0.1107258936, 0, 0.01483501923] },
        { "constant value=0.5", [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5] },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(OfTensorFlow))]
    public void Have_TensorFlows_values(string text, double[] expected)
    {
        Schedule schedule = Parse(text);
        Assert.All(s_iterations.Zip(expected), pair => Assert.Equal(pair.Second, schedule.At(pair.First), 1e-7 + (Math.Abs(pair.Second) * 1e-6)));
    }

    [Theory]
    [InlineData("cosin initial=1 decaySteps=5", "'cosine'")]
    [InlineData("cosine initial=1", "decaySteps")]
    [InlineData("cosine initial=1 decaySteps=5 rate=3", "no parameter 'rate'")]
    [InlineData("cosine initial=1 decaySteps=0", "above 0")]
    [InlineData("cosine initial=fast decaySteps=9", "'fast'")]
    [InlineData("cosine initial=1 decaySteps=1.5", "whole")]
    [InlineData("cyclic minimum=0 maximum=1 stepSize=100 mode=round", "'round'")]
    [InlineData("piecewise boundaries=10,5 values=1,2,3", "rise")]
    [InlineData("piecewise boundaries=10 values=1", "one value more")]
    [InlineData("plateau initial=1 factor=1", "below 1")]
    public void That_make_no_sense_are_refused(string text, string said) =>
        Assert.Contains(said, Assert.ThrowsAny<ArgumentException>(() => Parse(text)).Message, StringComparison.OrdinalIgnoreCase);

    [Theory]
    [InlineData("exponential initial=0.001 decaySteps=1000 decayRate=0.5 staircase=true", "exponential: 0.001, times 0.5 in 1,000 iterations, in steps")]
    [InlineData("cosine initial=0.1 decaySteps=200 warmupSteps=50", "cosine: 0 to 0.1 in 50 iterations, then to 0 in 200")]
    [InlineData("constant value=0.5", "0.5")]
    public void Say_what_they_are(string text, string expected) => Assert.Equal(expected, Parse(text).ToString());

    [Fact]
    public void Tables_and_functions_say_what_they_are_too()
    {
        Assert.Equal("0.1 from 0, 0.01 from 2,000", Schedule.Table([new(2000, 0.01), new(0, 0.1)]).ToString());
        Assert.Equal("mine", Schedule.Of(_ => 1, "mine").ToString());
    }

    [Fact]
    public void Decays_never_rise_and_stay_between_their_ends() => Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        Random random = new(seed);
        double initial = random.NextDouble() + 0.1, end = initial * random.NextDouble(), rate = 0.01 + (0.99 * random.NextDouble());
        int steps = random.Next(1, 500);
        bool stairs = random.Next(2) == 0;
        Schedule[] schedules =
        [
            Schedule.Step(initial, steps, rate), Schedule.Exponential(initial, steps, rate, stairs), Schedule.InverseTime(initial, steps, rate, stairs),
            Schedule.Polynomial(initial, steps, end, 0.5 + random.NextDouble()), Schedule.Cosine(initial, steps, end / initial),
        ];
        foreach (Schedule schedule in schedules)
        {
            double before = initial;
            for (int i = 0; i < 1000; i += random.Next(1, 20))
            {
                double value = schedule.At(i);
                Assert.InRange(value, 0, before * (1 + 1e-12));
                before = value;
            }
        }
    }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(40));

    [Fact]
    public void A_cycle_stays_between_its_ends_and_comes_back() => Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        Random random = new(seed);
        double low = random.NextDouble(), high = low + random.NextDouble();
        int half = random.Next(1, 300), at = random.Next(0, 10_000);
        foreach (CycleMode mode in Enum.GetValues<CycleMode>())
        {
            Schedule schedule = Schedule.Cyclic(low, high, half, mode, 0.999);
            Assert.InRange(schedule.At(at), low - 1e-9, high + 1e-9);
            Assert.Equal(low, schedule.At(2L * half * random.Next(0, 50)), 1e-9);
        }
    }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(40));

    [Theory]
    [InlineData(false, new[] { 1.0, 0.9, 0.9, 0.9, 0.95, 0.91, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5 }, new[] { 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.02, 0.02, 0.02, 0.02, 0.02 })]
    [InlineData(true, new[] { 0.1, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2005, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3 }, new[] { 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.025, 0.025, 0.02, 0.02, 0.02, 0.02, 0.02 })]
    public void A_plateau_lowers_as_Keras_does_and_goes_on_from_its_state(bool higher, double[] values, double[] expected)
    {
        Schedule schedule = Plateau(higher);
        for (int i = 0; i < values.Length; i++)
        {
            schedule.Evaluated(EvaluatedPart.Batch, Result(100));
            schedule.Evaluated(EvaluatedPart.Validation, Result(values[i]));
            Assert.Equal(expected[i], schedule.At(i), 1e-12);
            string state = schedule.CaptureState()!;
            schedule = Plateau(higher);
            schedule.RestoreState(state);
        }

        static EvaluationResult Result(double value) => new(value, value, new Dictionary<string, double> { ["accuracy"] = value }, 1, 0, null, default);

        static Schedule Plateau(bool higher) => Schedule.Plateau(0.1, 0.5, 2, 0.001, 2, 0.02, higher ? "accuracy" : "loss");
    }

    [Fact]
    public void A_plateau_goes_on_after_a_restore_with_the_same_bytes()
    {
        using ModelSession whole = ModelSession.Create(new PixelModel(), s_options), part = ModelSession.Create(new PixelModel(), s_options);
        Train(whole, 40);
        Train(part, 20);
        part.Save(_folder.Path);
        using ModelSession rest = ModelSession.Restore(_folder.Path, s_options);
        // One object may serve many sessions: each goes its own way.
        Train(rest, 20);
        Assert.Equal(whole.ReadVariable("weights").Bytes(), rest.ReadVariable("weights").Bytes());
        Assert.True(rest.Hyperparameters.Single(h => h.Name == "learning_rate").Training < 1e-3);
    }

    private static readonly Schedule s_plateau = Schedule.Plateau(1, 0.1, patience: 2, minDelta: 1, cooldown: 1);

    private static void Train(ModelSession session, long steps) => session.Train(MnistData.Sample, new TrainingOptions
    {
        Steps = steps,
        Hyperparameters = new Dictionary<string, Schedule> { ["learning_rate"] = s_plateau },
        Observers = [new ValidationObserver(3, MnistData.Sample.Validation!)],
    });

    private static Schedule Parse(string text)
    {
        string[] words = text.Split(' ');
        return Schedule.Named(words[0], words[1..].Select(word => word.Split('=')).ToDictionary(
            pair => pair[0], pair => pair[1].Contains(',', StringComparison.Ordinal) ? pair[1].Split(',') : (object)pair[1]));
    }
}
