using System.Buffers.Binary;
using System.Numerics;

namespace ModelSessions.Cpu.Numerics;

/// <summary>The hashes that TensorFlow puts strings into buckets by.</summary>
internal static class Hashes
{
    private const ulong K0 = 0xc3a5c85c97cb3127, K1 = 0xb492b66fbe98f273, K2 = 0x9ae16a3b2f90404f;

    /// <summary>MurmurHash 64A with TensorFlow's seed.</summary>
    public static ulong Murmur(ReadOnlySpan<byte> text)
    {
        const ulong m = 0xc6a4a7935bd1e995;
        ulong hash = 0xDECAFCAFFE ^ ((ulong)text.Length * m);
        for (; text.Length >= 8; text = text[8..])
        {
            ulong k = Word(text, 0) * m;
            k = (k ^ (k >> 47)) * m;
            hash = (hash ^ k) * m;
        }

        if (!text.IsEmpty)
        {
            for (int i = 0; i < text.Length; i++)
            {
                hash ^= (ulong)text[i] << (8 * i);
            }

            hash *= m;
        }

        hash = (hash ^ (hash >> 47)) * m;
        return hash ^ (hash >> 47);
    }

    /// <summary>SipHash-2-4.</summary>
    public static ulong Sip(ReadOnlySpan<byte> text, ulong k0, ulong k1)
    {
        ulong v0 = k0 ^ 0x736f6d6570736575, v1 = k1 ^ 0x646f72616e646f6d, v2 = k0 ^ 0x6c7967656e657261, v3 = k1 ^ 0x7465646279746573;
        Span<byte> last = stackalloc byte[8];
        last.Clear();
        int whole = text.Length / 8 * 8;
        text[whole..].CopyTo(last);
        last[7] = (byte)text.Length;
        for (int at = 0; at <= whole; at += 8)
        {
            ulong word = at < whole ? Word(text, at) : Word(last, 0);
            v3 ^= word;
            Rounds(2);
            v0 ^= word;
        }

        v2 ^= 0xff;
        Rounds(4);
        return v0 ^ v1 ^ v2 ^ v3;

        void Rounds(int count)
        {
            for (int i = 0; i < count; i++)
            {
                v0 += v1;
                v2 += v3;
                v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
                v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
                v0 = BitOperations.RotateLeft(v0, 32);
                v2 += v1;
                v0 += v3;
                v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
                v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
                v2 = BitOperations.RotateLeft(v2, 32);
            }
        }
    }

    /// <summary>FarmHash's fingerprint of 64 bits.</summary>
    public static ulong Farm(ReadOnlySpan<byte> s)
    {
        ulong length = (ulong)s.Length, mul = K2 + length * 2;
        return s.Length switch
        {
            0 => K2,
            < 4 => Mix((s[0] + ((uint)s[s.Length >> 1] << 8)) * K2 ^ ((uint)s.Length + ((uint)s[^1] << 2)) * K0) * K2,
            < 8 => Pair(length + ((ulong)Half(s, 0) << 3), Half(s, s.Length - 4), mul),
            <= 16 => FarmShort(Word(s, 0) + K2, Word(s, s.Length - 8), mul),
            <= 32 => FarmTwo(s, mul, out _, out _),
            <= 64 => FarmFour(s, mul),
            _ => FarmLong(s),
        };
    }

    private static ulong FarmShort(ulong a, ulong b, ulong mul) => Pair(Rotate(b, 37) * mul + a, (Rotate(a, 25) + b) * mul, mul);

    private static ulong FarmTwo(ReadOnlySpan<byte> s, ulong mul, out ulong a, out ulong y)
    {
        bool isLong = s.Length > 32;
        a = Word(s, 0) * (isLong ? K2 : K1);
        ulong b = Word(s, 8), c = Word(s, s.Length - 8) * mul, d = Word(s, s.Length - 16) * K2;
        y = Rotate(a + b, 43) + Rotate(c, 30) + d;
        return Pair(y, a + Rotate(b + K2, 18) + c, mul);
    }

    private static ulong FarmFour(ReadOnlySpan<byte> s, ulong mul)
    {
        ulong z = FarmTwo(s, mul, out ulong a, out ulong y);
        ulong e = Word(s, 16) * mul, f = Word(s, 24), g = (y + Word(s, s.Length - 32)) * mul, h = (z + Word(s, s.Length - 24)) * mul;
        return Pair(Rotate(e + f, 43) + Rotate(g, 30) + h, e + Rotate(f + a, 18) + g, mul);
    }

    private static ulong FarmLong(ReadOnlySpan<byte> s)
    {
        ulong seed = 81;
        ulong y = seed * K1 + 113, z = Mix(y * K2 + 113) * K2, x = seed * K2 + Word(s, 0);
        (ulong A, ulong B) v = default, w = default;
        int end = (s.Length - 1) / 64 * 64, rest = (s.Length - 1) & 63;
        for (int at = 0; at < end; at += 64)
        {
            Step(s[at..], K1, 1);
        }

        ulong mul = K1 + ((z & 0xff) << 1);
        w.A += (ulong)rest;
        v.A += w.A;
        w.A += v.A;
        Step(s[(end + rest - 63)..], mul, 9);
        return Pair(Pair(v.A, w.A, mul) + Mix(y) * K0 + z, Pair(v.B, w.B, mul) + x, mul);

        void Step(ReadOnlySpan<byte> part, ulong factor, ulong weight)
        {
            x = Rotate(x + y + v.A + Word(part, 8), 37) * factor;
            y = Rotate(y + v.B + Word(part, 48), 42) * factor;
            x ^= w.B * weight;
            y += v.A * weight + Word(part, 40);
            z = Rotate(z + w.A, 33) * factor;
            v = Weak(part, v.B * factor, x + w.A);
            w = Weak(part[32..], z + w.B, y + Word(part, 16));
            (z, x) = (x, z);
        }
    }

    private static (ulong A, ulong B) Weak(ReadOnlySpan<byte> s, ulong a, ulong b)
    {
        a += Word(s, 0);
        b = Rotate(b + a + Word(s, 24), 21);
        ulong c = a;
        a += Word(s, 8) + Word(s, 16);
        return (a + Word(s, 24), b + Rotate(a, 44) + c);
    }

    private static ulong Pair(ulong u, ulong v, ulong mul)
    {
        ulong a = Mix((u ^ v) * mul);
        return Mix((v ^ a) * mul) * mul;
    }

    private static ulong Mix(ulong x) => x ^ (x >> 47);

    private static ulong Rotate(ulong x, int by) => BitOperations.RotateRight(x, by);

    private static ulong Word(ReadOnlySpan<byte> s, int at) => BinaryPrimitives.ReadUInt64LittleEndian(s[at..]);

    private static uint Half(ReadOnlySpan<byte> s, int at) => BinaryPrimitives.ReadUInt32LittleEndian(s[at..]);
}
