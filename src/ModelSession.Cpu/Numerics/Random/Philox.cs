using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ModelSessions.Cpu.Numerics.Random;

/// <summary>A stream of the generator Philox4x32-10: a key, and a counter of 128 bits whose every value gives four words.</summary>
/// <param name="Key">The key, its low word first.</param>
/// <param name="Counter">The counter, its low word first.</param>
internal readonly record struct Philox(ulong Key, UInt128 Counter)
{
    private const ulong Multiplier0 = 0xD2511F53, Multiplier1 = 0xCD9E8D57;
    private const uint KeyStep0 = 0x9E3779B9, KeyStep1 = 0xBB67AE85;
    private const int Rounds = 10;

    /// <summary>A stream as a node's two seeds start it.</summary>
    public static Philox FromSeeds(long seed, long seed2) => new((ulong)seed, new UInt128((ulong)seed2, 0));

    /// <summary>A stream as a node's two seeds start it; both 0 ask for seeds of chance.</summary>
    public static Philox FromSeedsOrChance(long seed, long seed2) => (seed, seed2) == (0, 0) ? FromSeeds(Chance(), Chance()) : FromSeeds(seed, seed2);

    /// <summary>A stream as the stateless ops make it from a pair of seeds: they are scrambled first.</summary>
    public static Philox FromStatelessSeed(long seed0, long seed1)
    {
        Words words = new Philox(0x02461E293EC8F720, new UInt128((ulong)seed1, (ulong)seed0)).Block(0);
        return new(words.X0 | ((ulong)words.X1 << 32), new UInt128(words.X2 | ((ulong)words.X3 << 32), 0));
    }

    /// <summary>The stream from a later block on.</summary>
    public Philox Skip(ulong blocks) => this with { Counter = Counter + blocks };

    /// <summary>The four words of a block.</summary>
    public Words Block(ulong index)
    {
        UInt128 counter = Counter + index;
        ulong low = (ulong)counter, high = (ulong)(counter >> 64);
        uint c0 = (uint)low, c1 = (uint)(low >> 32), c2 = (uint)high, c3 = (uint)(high >> 32);
        uint k0 = (uint)Key, k1 = (uint)(Key >> 32);
        for (int round = 0; round < Rounds; round++)
        {
            ulong product0 = Multiplier0 * c0, product1 = Multiplier1 * c2;
            (c0, c1, c2, c3) = ((uint)(product1 >> 32) ^ c1 ^ k0, (uint)product1, (uint)(product0 >> 32) ^ c3 ^ k1, (uint)product0);
            k0 += KeyStep0;
            k1 += KeyStep1;
        }

        return new Words(c0, c1, c2, c3);
    }

    private static long Chance() => BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(long)));

    /// <summary>The words of one block.</summary>
    public readonly record struct Words(uint X0, uint X1, uint X2, uint X3);
}

/// <summary>The words of a stream one after another.</summary>
internal ref struct PhiloxWords(Philox stream)
{
    private Philox.Words _words;
    private ulong _block;
    private int _left;

    public uint Next()
    {
        if (_left == 0)
        {
            _words = stream.Block(_block++);
            _left = 4;
        }

        return (4 - _left--) switch { 0 => _words.X0, 1 => _words.X1, 2 => _words.X2, _ => _words.X3 };
    }
}
