using System.Buffers.Binary;
using System.Security.Cryptography;
using ModelSessions.Cpu.Numerics.Random;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>Gives each epoch of a shuffled dataset its seeds: new ones, or the same again.</summary>
internal sealed class SeedGenerator
{
    private readonly Lock _gate = new();
    private readonly (long Seed, long Seed2) _seeds;
    private readonly bool _renews;
    private readonly WordStream _words;

    /// <summary>A generator; two seeds of 0 ask for seeds of chance.</summary>
    public SeedGenerator(long seed, long seed2, bool renews)
    {
        _seeds = (seed, seed2) == (0, 0) ? (Chance(), Chance()) : (seed, seed2);
        _renews = renews;
        _words = new WordStream(_seeds.Seed, _seeds.Seed2);
    }

    /// <summary>The stream of the next epoch.</summary>
    public WordStream Next()
    {
        lock (_gate)
        {
            return _renews ? new WordStream(_words.Next(), _words.Next()) : new WordStream(_seeds.Seed, _seeds.Seed2);
        }
    }

    private static long Chance() => BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(long)));
}

/// <summary>Where a dataset has its seeds from: a generator that others may share, or one of its own in each iteration.</summary>
internal sealed record SeedSource(SeedGenerator? Shared, long Seed, long Seed2, bool Renews)
{
    /// <summary>The generator for an iteration.</summary>
    public SeedGenerator Open(Dataset dataset, Iteration iteration) =>
        Shared ?? iteration.Keep(dataset, () => new SeedGenerator(Seed, Seed2, Renews));
}

/// <summary>The words of a random stream one after another.</summary>
internal sealed class WordStream(long seed, long seed2)
{
    private readonly Philox _stream = Philox.FromSeeds(seed, seed2);
    private Philox.Words _words;
    private ulong _taken;

    public uint Next()
    {
        if (_taken % 4 == 0)
        {
            _words = _stream.Block(_taken / 4);
        }

        return (_taken++ % 4) switch { 0 => _words.X0, 1 => _words.X1, 2 => _words.X2, _ => _words.X3 };
    }
}
