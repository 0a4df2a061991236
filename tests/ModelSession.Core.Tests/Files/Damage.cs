using FsCheck;
using FsCheck.Fluent;

namespace ModelSessions.Tests.Files;

/// <summary>Random damage to files, and what a reader may do about it: give a value or an error of ours, in little memory.</summary>
internal static class Damage
{
    private const long MostMemory = 64L << 20;

    /// <summary>Checks a property for many seeds; the one that breaks it is named.</summary>
    public static void ForAll(int count, Action<Random> check) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => check(new Random(seed))).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(count));

    /// <summary>A copy with bits flipped, a part cut off, copied or removed.</summary>
    public static byte[] Mutate(byte[] sound, Random random)
    {
        List<byte> bytes = [.. sound];
        int at = random.Next(bytes.Count + 1), other = random.Next(bytes.Count + 1), length = Math.Min(random.Next(1, 20), bytes.Count - other);
        switch (random.Next(6))
        {
            case 0 or 1 when at < bytes.Count: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            case 2 when at < bytes.Count: bytes[at] = random.GetItems<byte>([0, 1, 0x7F, 0x80, 0xFF], 1)[0]; break;
            case 3: bytes.RemoveRange(at, bytes.Count - at); break;
            case 4: bytes.InsertRange(at, sound.AsSpan(other, length)); break;
            default: bytes.RemoveRange(other, length); break;
        }

        return [.. bytes];
    }

    /// <summary>Every cut of a file, and every byte of it changed in one bit.</summary>
    public static IEnumerable<byte[]> CutsAndFlips(byte[] sound)
    {
        for (int i = 0; i < sound.Length; i++)
        {
            byte[] changed = [.. sound];
            changed[i] ^= (byte)(1 << (i % 8));
            yield return sound[..i];
            yield return changed;
        }
    }

    /// <summary>Reads what may be damaged.</summary>
    /// <returns>Whether it could be read.</returns>
    public static bool Reads(Action read)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool sound = true;
        try
        {
            read();
        }
        catch (ModelSessionException error) when (error is ModelFileException or GraphException or UnsupportedFeatureException)
        {
            Assert.NotEmpty(error.Message);
            sound = false;
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostMemory);
        return sound;
    }
}
