using FsCheck;
using FsCheck.Fluent;

namespace ModelSessions.Tests.Files;

/// <summary>SavedModels and frozen graphs with bytes flipped, cut, spliced: they open, or are refused with this library's errors, soon and in
/// little memory.</summary>
public sealed class SavedModelDamageTests : IDisposable
{
    private const long MostMemory = 256L << 20;
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()] };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("linear_ref")]
    [InlineData("module_v2")]
    public void A_SavedModel_opens_or_is_refused(string name)
    {
        string source = SharedData.Require($"golden/files/saved_models/{name}/model"), model = _folder["model"];
        CopyFolder(source, model);
        Check(Path.Combine(model, "saved_model.pb"), () =>
        {
            SavedModelInfo.Read(model);
            using ModelSession session = ModelSession.Restore(model, s_options);
            _ = session.Signatures;
        });
    }

    [Fact]
    public void A_text_SavedModel_opens_or_is_refused()
    {
        string model = _folder["model"];
        CopyFolder(SharedData.Require("golden/files/saved_models/linear_text/model"), model);
        Check(Path.Combine(model, "saved_model.pbtxt"), () => ModelSession.Restore(model, s_options).Dispose());
    }

    [Theory]
    [InlineData("frozen.pb")]
    [InlineData("frozen.pbtxt")]
    public void A_frozen_graph_opens_or_is_refused(string name)
    {
        File.Copy(SharedData.Require($"golden/files/frozen/loop_resource/{name}"), _folder[name]);
        Check(_folder[name], () => ModelSession.Restore(_folder[name], s_options).Dispose());
    }

    private static void Check(string path, Action open)
    {
        byte[] sound = File.ReadAllBytes(path);
        open();
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            File.WriteAllBytes(path, Mutate(sound, new Random(seed)));
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                open();
            }
            catch (ModelSessionException)
            {
                // Refused, in words of our own.
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostMemory);
        }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(150));
    }

    private static byte[] Mutate(byte[] sound, Random random)
    {
        byte[] bytes = [.. sound];
        int at = random.Next(bytes.Length);
        switch (random.Next(4))
        {
            case 0:
                for (int flips = random.Next(1, 4); flips > 0; flips--)
                {
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                }

                return bytes;
            case 1:
                return bytes[..at];
            case 2:
                bytes[at] = (byte)random.Next(256);
                return bytes;
            default:
                int from = random.Next(bytes.Length), length = Math.Min(random.Next(1, 64), bytes.Length - from);
                return [.. bytes[..at], .. bytes[from..(from + length)], .. bytes[at..]];
        }
    }

    private static void CopyFolder(string source, string target)
    {
        foreach (string path in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(target, Path.GetRelativePath(source, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.WriteAllBytes(copy, File.ReadAllBytes(path));
        }
    }
}
