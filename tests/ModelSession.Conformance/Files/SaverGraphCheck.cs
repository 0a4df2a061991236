using System.Text.Json;
using ModelSessions.Conformance.Golden;
using ModelSessions.Protos;

namespace ModelSessions.Conformance.Files;

/// <summary>Restores a checkpoint through the graph that was saved beside it, as TensorFlow does.</summary>
internal static class SaverGraphCheck
{
    /// <summary>Checks the saver's definition, and after its restore op has run the value of each variable.</summary>
    public static void Check(FileCase c, CheckpointReader reader, IEngine engine)
    {
        if (!c.Record.TryGetProperty("saver_def", out JsonElement expected))
        {
            return;
        }

        MetaGraphDef meta = MetaGraphDef.Parser.ParseFrom(File.ReadAllBytes(c.File(c.Text("prefix") + ".meta")));
        SaverDef saver = meta.SaverDef;
        Expect.Equal(
            "saver",
            $"{expected.GetProperty("filename_tensor_name")} {expected.GetProperty("save_tensor_name")} {expected.GetProperty("restore_op_name")} {expected.GetProperty("max_to_keep")} "
                + $"{expected.GetProperty("keep_checkpoint_every_n_hours").GetSingle()} {expected.GetProperty("sharded").GetBoolean()} {expected.GetProperty("version").GetInt32()}",
            $"{saver.FilenameTensorName} {saver.SaveTensorName} {saver.RestoreOpName} {saver.MaxToKeep} {saver.KeepCheckpointEveryNHours} {saver.Sharded} {(int)saver.Version}");

        using IEngineSession session = engine.Open(GraphImporter.Import(meta.GraphDef), new EngineOptions { Files = FilePermissions.All(c.Folder) });
        session.Prepare(new RunSignature([saver.FilenameTensorName], [], [saver.RestoreOpName])).Run([Tensor.Scalar(reader.Prefix)], [], CancellationToken.None);
        CheckVariables(c, session, reader);
    }

    private static void CheckVariables(FileCase c, IEngineSession session, CheckpointReader reader)
    {
        using Npz arrays = new(c.File("graph_variables.npz"));
        int restored = 0;
        foreach (GoldenTensor variable in GoldenTensor.ReadAll(c.Folder, "graph_variables.json", "variables"))
        {
            string name = variable.Name.Split(':')[0];
            if (session.ReadVariable(name) is { } value)
            {
                variable.Check($"variable {name}", value, arrays);
                restored++;
            }
        }

        // A variable that the saver does not know has no value; each of the others comes from a tensor, or a slice of one.
        Expect.Equal("restored variables", reader.Tensors.Sum(tensor => Math.Max(1, tensor.SliceCount)), restored);
    }
}
