using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions.Tests.Files
{
    /// <summary>The process that <see cref="KilledSaveTests"/> kills: savers that save for ever, over what is there, in several data files and slices.</summary>
    internal static class SaveLoop
    {
        internal const string Variable = "MODELSESSION_TEST_SAVE_LOOP";
        internal const string EarlyVariable = "MODELSESSION_TEST_SAVE_LOOP_EARLY";
        internal const string BestState = "best_state";

        private static readonly CheckpointOptions s_options = new(FlushToDisk: false), s_few = new(2, FlushToDisk: false);

        /// <summary>Never returns.</summary>
        internal static void Run(string folder)
        {
            int value = CheckpointFolder.HasAny(folder) ? (int)Value(CheckpointFolder.Resolve(folder).Prefix) : 0;
            // Code is slow when it runs for the first time: a kill soon after the start meets the first save, which clears up what a kill
            // before has left; one after the first save meets many quick ones.
            bool early = Environment.GetEnvironmentVariable(EarlyVariable) is not null;
            if (early)
            {
                Console.WriteLine("started");
            }

            // Each prefix is written twice: the second time over the first.
            for (value++; ; value++)
            {
                Save(folder, new SaveOptions(), value / 2, value, s_options);
                if (value % 3 == 0)
                {
                    Save(folder, new SaveOptions { Name = "best", StateFile = BestState }, value, value, s_few);
                    if (!early)
                    {
                        Console.WriteLine("started");
                        early = true;
                    }
                }
            }
        }

        /// <summary>Saves a checkpoint in two data files, every other time in one.</summary>
        internal static CheckpointInfo Save(string folder, SaveOptions save, int iteration, int value, CheckpointOptions options) => CheckpointWriter.Write(
            folder,
            save,
            iteration,
            new CheckpointContent(value / 2 % 2 == 0 ? [bundle => AddFirst(bundle, value), bundle => AddSecond(bundle, value)] : [bundle => AddAll(bundle, value)], () => new MetaGraphDef()),
            options,
            new CheckpointHistory(options),
            default);

        /// <summary>The one value that is everywhere in a checkpoint.</summary>
        internal static float Value(string prefix)
        {
            using CheckpointReader reader = CheckpointReader.Open(prefix);
            float value = reader.Read("value").ToScalar<float>();
            Assert.Equal(value, reader.Read("large").Span<float>()[9_999]);
            Assert.All(reader.Read("cut").Span<float>().ToArray(), element => Assert.Equal(value, element));
            return value;
        }

        private static void AddAll(BundleWriter bundle, int value)
        {
            AddFirst(bundle, value);
            AddSecond(bundle, value);
        }

        private static void AddFirst(BundleWriter bundle, int value)
        {
            bundle.Add("value", Tensor.Scalar((float)value));
            bundle.AddSlice("cut", [7, 2], new TensorSlice((0, 3), (0, 2)), Filled([3, 2], value));
        }

        private static void AddSecond(BundleWriter bundle, int value)
        {
            bundle.AddSlice("cut", [7, 2], new TensorSlice((3, 4), (0, 2)), Filled([4, 2], value));
            bundle.Add("large", Filled([10_000], value));
        }

        private static Tensor Filled(Shape shape, int value)
        {
            Tensor tensor = Tensor.Zeros(DType.Float32, shape);
            tensor.Span<float>().Fill(value);
            return tensor;
        }
    }
}

/// <summary>The runtime calls this before the program begins, if it is asked to (DOTNET_STARTUP_HOOKS): so the process to be killed is there
/// in a moment, without the test framework.</summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(ModelSessions.Tests.Files.SaveLoop.Variable) is { Length: > 0 } folder)
        {
            ModelSessions.Tests.Files.SaveLoop.Run(folder);
        }

        if (Environment.GetEnvironmentVariable(ModelSessions.Tests.Training.TrainUntilKilled.Variable) is { Length: > 0 } model)
        {
            ModelSessions.Tests.Training.TrainUntilKilled.Run(model);
        }
    }
}
