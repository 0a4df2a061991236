using ModelSessions.Data;
using ModelSessions.Files;
using ModelSessions.Protos;
using ModelSessions.Tests.Files;
using ModelSessions.Tests.Sessions;
using ModelSessions.Training;

namespace ModelSessions.Tests.Training;

public sealed class SummaryObserverTests : IDisposable
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Seed = 5 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Summaries_of_the_step_go_into_the_event_log_every_so_many_iterations()
    {
        using ModelSession session = ModelSession.Create(new SummaryModel(), s_options);
        Losses losses = new();
        using (EventWriter log = EventWriter.Create(_folder.Path))
        {
            session.Train(MnistData.Sample, new TrainingOptions { Steps = 7, Observers = [losses, new SummaryObserver(3, () => log)] });
        }

        Event[] events = [.. EventFile.Read(EventFile.Find(_folder.Path)[0]).Where(each => each.Summary is not null)];
        Assert.Equal([3L, 6L], events.Select(each => each.Step));
        Assert.All(events, each => Assert.Equal(["loss", "weights"], each.Summary.Value.Select(value => value.Tag).Order(StringComparer.Ordinal)));
        Assert.Equal(
            [losses.Values[2], losses.Values[5]],
            events.Select(each => (double)each.Summary.Value.Single(value => value.Tag == "loss").SimpleValue));
    }

    [Fact]
    public void They_change_no_number_of_the_training()
    {
        using ModelSession plain = ModelSession.Create(new SummaryModel(), s_options), logged = ModelSession.Create(new SummaryModel(), s_options);
        using EventWriter log = EventWriter.Create(_folder.Path);
        plain.Train(MnistData.Sample, new TrainingOptions { Steps = 5 });
        logged.Train(MnistData.Sample, new TrainingOptions { Steps = 5, Observers = [new SummaryObserver(1, () => log)] });

        Assert.Equal(plain.ReadVariable("weights").Bytes(), logged.ReadVariable("weights").Bytes());
    }

    [Fact]
    public void A_graph_without_summaries_says_so_before_it_is_trained()
    {
        using ModelSession session = ModelSession.Create(new PixelModel(), s_options);
        using EventWriter log = EventWriter.Create(_folder.Path);

        GraphException error = Assert.Throws<GraphException>(() => session.Train(MnistData.Sample, new TrainingOptions { Steps = 5, Observers = [new SummaryObserver(1, () => log)] }));

        Assert.Equal((StatusCode.NotFound, 0L), (error.Code, session.Iteration));
    }

    private sealed class Losses : TrainingObserver
    {
        public List<double> Values { get; } = [];

        public override void Stepped(TrainingProgress progress) => Values.Add(progress.Loss!.Value);
    }

    /// <summary>Softmax regression with a scalar and a histogram.</summary>
    private sealed class SummaryModel : ModelDefinition
    {
        public override Binding Build(GraphBuilder g)
        {
            Binding binding = new PixelModel().Build(g);
            g.AddToCollection(CollectionKeys.Summaries, g.Add("ScalarSummary", Tensor.Scalar("loss"), g.Graph.Tensor(binding.Name(Roles.Loss)!)));
            g.AddToCollection(CollectionKeys.Summaries, g.Add("HistogramSummary", Tensor.Scalar("weights"), g.Graph.Tensor("weights/read:0")));
            return binding;
        }

        public override IReadOnlyList<Hyperparameter> Hyperparameters => new PixelModel().Hyperparameters;
    }
}
