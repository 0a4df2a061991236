using ModelSessions.Cpu.Numerics.Random;

namespace ModelSessions.Tests.Numerics;

public sealed class PhiloxTests
{
    // Known answers of the generator's authors (Random123, kat_vectors).
    [Theory]
    [InlineData(0UL, 0UL, 0UL, 0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)]
    public void A_block_has_the_known_words(ulong key, ulong low, ulong high, uint x0, uint x1, uint x2, uint x3) =>
        Assert.Equal(new Philox.Words(x0, x1, x2, x3), new Philox(key, new UInt128(high, low)).Block(0));

    [Fact]
    public void The_counter_carries_over_64_bits()
    {
        Philox atEdge = new(1, new UInt128(7, ulong.MaxValue));

        Assert.Equal(new Philox(1, new UInt128(8, 0)).Block(0), atEdge.Block(1));
        Assert.Equal(atEdge.Block(5), atEdge.Skip(5).Block(0));
    }

    [Fact]
    public void Words_come_block_after_block()
    {
        Philox stream = Philox.FromSeeds(3, 4);
        PhiloxWords words = new(stream);
        uint[] taken = new uint[6];
        for (int i = 0; i < taken.Length; i++)
        {
            taken[i] = words.Next();
        }

        (Philox.Words a, Philox.Words b) = (stream.Block(0), stream.Block(1));
        Assert.Equal([a.X0, a.X1, a.X2, a.X3, b.X0, b.X1], taken);
    }
}
