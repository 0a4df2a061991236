using System.Diagnostics;
using System.Text.Json;
using ModelSessions.Data;
using ModelSessions.Files;
using ModelSessions.Tests.Files;
using ModelSessions.Tests.Sessions;
using ModelSessions.Training;

namespace ModelSessions.Tests.Training;

/// <summary>What real TensorBoard shows of our logs.</summary>
public sealed class TensorBoardTests : IDisposable
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Seed = 5, Checkpoints = new(FlushToDisk: false) };

    private readonly TemporaryFolder _folder = new();
    private readonly Losses _losses = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_shows_one_curve_of_a_training_that_was_killed_and_went_on_and_weights_graph_and_settings()
    {
        KilledAndResumed();
        using TensorBoard board = TensorBoard.Start(_folder["log"]);

        JsonElement loss = await board.Get("data/plugin/scalars/scalars?run=train&tag=loss", answer => answer.GetArrayLength() == 16);
        Assert.Equal(Enumerable.Range(1, 16), Steps(loss));
        Assert.All(loss.EnumerateArray(), point => Assert.Equal(_losses.Values[point[1].GetInt32()], point[2].GetDouble(), 1e-6));
        JsonElement accuracy = await board.Get("data/plugin/scalars/scalars?run=validation&tag=accuracy", answer => answer.GetArrayLength() == 4);
        Assert.Equal([4, 8, 12, 16], Steps(accuracy));
        JsonElement tags = await board.Get("data/plugin/scalars/tags", _ => true);
        Assert.Subset(tags.GetProperty("train").EnumerateObject().Select(tag => tag.Name).ToHashSet(), new HashSet<string> { "loss", "learning_rate", "keep_probability", "global_step/sec" });

        JsonElement histograms = await board.Get("data/plugin/histograms/histograms?run=train&tag=weights", answer => answer.GetArrayLength() == 4);
        Assert.Equal([4, 8, 12, 16], Steps(histograms));
        Assert.Equal(7840, histograms[3][2].EnumerateArray().Sum(bucket => bucket[2].GetDouble()), 0.5);
        Assert.Contains("name: \"weights\"", await board.Text("data/plugin/graphs/graph?run=train&large_attrs_key=_too_large_attrs&limit_attr_size=1024&conceptual=false"), StringComparison.Ordinal);
        JsonElement text = await board.Get("data/plugin/text/text?run=train&tag=settings", answer => answer.GetArrayLength() == 2);
        Assert.Contains("<td>keep_probability</td>", text[1].GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_page_is_drawn_in_a_browser()
    {
        string? browser = new[] { Environment.GetEnvironmentVariable("MODELSESSION_CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);
        Assert.SkipWhen(browser is null, "There is no Chromium here (/usr/bin/chromium, or MODELSESSION_CHROMIUM), so that TensorBoard's page is not looked at.");
        KilledAndResumed();
        using TensorBoard board = TensorBoard.Start(_folder["log"]);
        await board.Get("data/plugin/scalars/scalars?run=train&tag=loss", answer => answer.GetArrayLength() == 16);
        string picture = _folder["tensorboard.png"];
        using (Process process = Process.Start(
            browser!,
            ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1400,1000", "--virtual-time-budget=30000", $"--user-data-dir={_folder["browser"]}", $"--screenshot={picture}", $"{board.Address}#timeseries"]))
        {
            using CancellationTokenSource limit = new(TimeSpan.FromMinutes(2));
            await process.WaitForExitAsync(limit.Token);
        }

        byte[] png = await File.ReadAllBytesAsync(picture, TestContext.Current.CancellationToken);
        TestContext.Current.AddAttachment("tensorboard.png", png, "image/png");
        // A page that failed to load is of a few colours.
        Assert.True(png.Length > 20_000, $"The page is nearly empty: {png.Length} bytes.");
    }

    // Killed at 12 in the middle of a record, after a checkpoint at 8; then on to 16.
    private void KilledAndResumed()
    {
        using (ModelSession first = ModelSession.Create(new PixelModel(), s_options))
        {
            Train(first, 12);
        }

        string cut = EventFile.Find(_folder["log/train"])[0];
        using (FileStream file = new(cut, FileMode.Open))
        {
            file.SetLength(file.Length - 7);
        }

        using ModelSession second = ModelSession.Restore(_folder["model"], s_options);
        Assert.Equal(8, second.Iteration);
        Train(second, 8);
    }

    private void Train(ModelSession session, int steps)
    {
        using EventLog log = new(session, _folder["log"]);
        session.Train(MnistData.Sample, new TrainingOptions
        {
            Steps = steps,
            Observers =
            [
                _losses, new EventLogObserver(log, 1), new HistogramObserver(log, 4), new ValidationObserver(4, MnistData.Sample.Validation!),
                .. session.Iteration == 0 ? [new CheckpointObserver(8, _folder["model"])] : (TrainingObserver[])[],
            ],
        });
    }

    private static IEnumerable<int> Steps(JsonElement points) => points.EnumerateArray().Select(point => point[1].GetInt32());

    private sealed class Losses : TrainingObserver
    {
        public Dictionary<long, double> Values { get; } = [];

        public override void Stepped(TrainingProgress progress) => Values[progress.Iteration] = progress.Loss!.Value;
    }
}
