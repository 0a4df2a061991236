using System.Text.Json;
using ModelSessions.Tests.Files;
using ModelSessions.Tests.Graphs.Training;

namespace ModelSessions.Tests.TensorFlow;

/// <summary>Trainings that we begin and real TensorFlow continues from our checkpoint, by each optimizer.</summary>
public sealed class OptimizerCheckpointTests : IDisposable
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Checkpoints = new(FlushToDisk: false) };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_training_goes_on_in_TensorFlow_as_if_it_had_been_its_own()
    {
        string[] cases = [.. TrainingCases.Names.Where(name => name != "descent_ungated_ref")];
        foreach (string name in cases)
        {
            using ModelSession session = ModelSession.Create(new CaseDefinition(name), s_options);
            using CaseRun run = new(session.Graph, session.Engine);
            run.SetTrained();
            run.Steps(0, 2);
            session.Save(_folder.Path, name);
        }

        JsonElement continued = TensorFlowPython.Run("TensorFlow/continue_training.py", [_folder.Path, .. cases]);

        foreach (string name in cases)
        {
            double tolerance = name.StartsWith("adam_half", StringComparison.Ordinal) ? 4e-3 : 2e-5;
            foreach ((string variable, double[] expected) in ExpectedTraining.Values(name)["last"])
            {
                double[] found = [.. continued.GetProperty(name).GetProperty(variable).EnumerateArray().Select(value => value.GetDouble())];
                Assert.True(
                    expected.Zip(found).All(pair => Math.Abs(pair.First - pair.Second) <= tolerance * (1 + Math.Abs(pair.First))),
                    $"{name}, {variable}: expected {string.Join(", ", expected)}; found {string.Join(", ", found)}");
            }
        }
    }

    [Fact]
    public void Gradients_that_are_summed_up_over_runs_go_on_in_TensorFlow()
    {
        foreach (string name in (string[])["accumulated_ref", "accumulated_resource"])
        {
            using ModelSession session = ModelSession.Create(new CaseDefinition(name), s_options);
            using CaseRun run = new(session.Graph, session.Engine);
            run.SetTrained();
            run.Steps(0, 2);
            session.Save(_folder.Path, name);
            run.Steps(2, 4);
            JsonElement continued = TensorFlowPython.Run("TensorFlow/continue_training.py", [_folder.Path, name]);
            run.AssertValues(
                continued.GetProperty(name).EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.EnumerateArray().Select(value => value.GetDouble()).ToArray()), 2e-5);
        }
    }

    private sealed class CaseDefinition(string name) : ModelDefinition
    {
        public override Binding Build(GraphBuilder g)
        {
            if (name.StartsWith("accumulated", StringComparison.Ordinal))
            {
                TrainingModel model = new(g, name.EndsWith("_resource", StringComparison.Ordinal), DType.Float32);
                model.Train(new AdamOptimizer(0.05) { AccumulatedSteps = 3 });
                g.InitializeVariables();
            }
            else
            {
                TrainingCases.Build(g, name);
            }

            return new() { [Roles.Loss] = g.Graph.Tensor("loss:0"), [Roles.Train] = g.Graph.Operation(g.Graph.Collections.Names(CollectionKeys.TrainOp)[^1]) };
        }
    }
}
