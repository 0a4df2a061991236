using System.Buffers.Binary;

namespace ModelSessions.Files;

/// <summary>Turns stored pixels into the channels that are asked for, as libpng does with the transforms that TensorFlow sets.</summary>
internal sealed class PngPixelReader
{
    // 0.299, 0.587 and the rest, in 15 bits.
    private const int RedPart = 9797, GreenPart = 19234, BluePart = 32768 - RedPart - GreenPart;

    // Where samples of 16 bits become 8, libpng's tables know the upper 11 bits only.
    private const int NarrowedBits = 5;

    private readonly PngFile _file;
    private readonly PngHeader _header;
    private readonly int _channels;
    private readonly bool _wide;
    private readonly bool _keyed;
    private readonly uint _filler;
    private readonly ushort[]? _toLinear;
    private readonly ushort[]? _fromLinear;
    private readonly int _dropped;
    private readonly ushort[] _key = new ushort[3];

    /// <summary>A reader.</summary>
    /// <param name="file">The file.</param>
    /// <param name="channels">How many channels a pixel is to have; 0 for the file's own.</param>
    /// <param name="wide">Whether they are to have 16 bits.</param>
    public PngPixelReader(PngFile file, int channels, bool wide)
    {
        _file = file;
        _header = file.Header;
        _channels = channels != 0 ? channels : _header.Color == PngColor.Palette ? file.Transparency is null ? 3 : 4 : _header.StoredChannels;
        _wide = wide;
        bool wantsAlpha = _channels % 2 == 0;
        _keyed = wantsAlpha && file.Transparency is not null && _header.Color != PngColor.Palette;
        _filler = (1u << _header.Depth) - 1;
        if (file.Transparency is not null && _header.Color is PngColor.Grey or PngColor.Rgb)
        {
            ReadKey(file.Transparency!);
        }

        // Weights hold for light, not for samples; only a file that tells its exponent can be taken back to light.
        if (_channels < 3 && _header.HasColor && file.Gamma > 0 && Math.Abs(file.Gamma - 100_000) > 5_000)
        {
            _dropped = _header.Depth == 16 && !wide ? NarrowedBits : 0;
            _toLinear = Power(Reciprocal(file.Gamma));
            _fromLinear = Power(Reciprocal(Reciprocal(file.Gamma)));
        }
    }

    public int Channels => _channels;

    /// <summary>Reads the pixel in place <paramref name="x"/> of a stored row.</summary>
    public void Read(ReadOnlySpan<byte> row, int x, Span<ushort> pixel)
    {
        (uint red, uint green, uint blue, uint alpha) = _header.Color == PngColor.Palette ? FromPalette(row, x) : Stored(row, x);
        bool deep = _header.Depth == 16;
        if (_channels < 3)
        {
            pixel[0] = Final(_header.HasColor ? Grey(red, green, blue, deep) : red, deep);
        }
        else
        {
            (pixel[0], pixel[1], pixel[2]) = (Final(red, deep), Final(green, deep), Final(blue, deep));
        }

        if (_channels % 2 == 0)
        {
            pixel[_channels - 1] = Final(alpha, deep);
        }
    }

    private (uint Red, uint Green, uint Blue, uint Alpha) FromPalette(ReadOnlySpan<byte> row, int x)
    {
        int index = (int)Sample(row, x);
        byte[] colors = _file.Palette!;
        uint alpha = _file.Transparency is { } transparency ? index < transparency.Length ? transparency[index] : 255u : _filler;
        return (colors[index * 3], colors[index * 3 + 1], colors[index * 3 + 2], alpha);
    }

    private (uint Red, uint Green, uint Blue, uint Alpha) Stored(ReadOnlySpan<byte> row, int x)
    {
        int stride = _header.StoredChannels, at = x * stride;
        uint first = Sample(row, at);
        uint alpha = _header.HasAlpha ? Sample(row, at + stride - 1) : _keyed ? IsKey(row, at) ? 0 : _header.Depth == 16 ? 65535u : 255 : _filler;
        if (stride >= 3)
        {
            return (first, Sample(row, at + 1), Sample(row, at + 2), alpha);
        }

        uint grey = _header.Depth < 8 ? first * 255 / ((1u << _header.Depth) - 1) : first;
        return (grey, grey, grey, alpha);
    }

    private uint Sample(ReadOnlySpan<byte> row, int index)
    {
        switch (_header.Depth)
        {
            case 8:
                return row[index];
            case 16:
                return BinaryPrimitives.ReadUInt16BigEndian(row[(2 * index)..]);
            default:
                int perByte = 8 / _header.Depth, shift = 8 - _header.Depth * (index % perByte + 1);
                return (uint)(row[index / perByte] >> shift) & ((1u << _header.Depth) - 1);
        }
    }

    private uint Grey(uint red, uint green, uint blue, bool deep)
    {
        if (red == green && red == blue)
        {
            return _toLinear is null || _dropped == 0 ? red : Rounded(red);
        }

        if (_toLinear is not null)
        {
            uint light = RedPart * (uint)_toLinear[red >> _dropped] + GreenPart * (uint)_toLinear[green >> _dropped] + BluePart * (uint)_toLinear[blue >> _dropped];
            return _fromLinear![(light + 16384) >> 15 >> _dropped];
        }

        // Rounded for 16 bits, cut off for 8.
        return (RedPart * red + GreenPart * green + BluePart * blue + (deep ? 16384u : 0)) >> 15;
    }

    // The table for samples that stay as they are: 8 bits, rounded where 11 are known.
    private static uint Rounded(uint sample)
    {
        const uint most = (1u << (16 - NarrowedBits)) - 1;
        uint known = sample >> NarrowedBits, eighth = (known * 255 + most / 2) / most;
        for (uint value = eighth == 0 ? 0 : eighth - 1; ; value++)
        {
            if (value == 255 || known < ((value * 257 + 128) * most + 32768) / 65535 + 1)
            {
                return value * 257;
            }
        }
    }

    private ushort Final(uint sample, bool deep) => _wide
        ? (ushort)(deep ? sample : (byte)sample * 257u)
        : (ushort)(byte)(deep ? sample >> 8 : sample);

    private void ReadKey(ReadOnlySpan<byte> chunk)
    {
        for (int i = 0; i < _header.StoredChannels; i++)
        {
            int value = BinaryPrimitives.ReadUInt16BigEndian(chunk[(2 * i)..]);
            _key[i] = (ushort)(value & (_header.Depth == 16 ? 0xFFFF : (1 << _header.Depth) - 1));
        }
    }

    private bool IsKey(ReadOnlySpan<byte> row, int at)
    {
        for (int i = 0; i < _header.StoredChannels; i++)
        {
            if (Sample(row, at + i) != _key[i])
            {
                return false;
            }
        }

        return true;
    }

    private static int Reciprocal(int gamma) => (int)Math.Floor(1e10 / gamma + 0.5);

    private ushort[] Power(int gamma)
    {
        int most = (1 << (_header.Depth == 16 ? 16 - _dropped : 8)) - 1, full = _header.Depth == 16 ? 65535 : 255;
        ushort[] table = new ushort[most + 1];
        for (int i = 0; i < table.Length; i++)
        {
            table[i] = (ushort)Math.Floor(full * Math.Pow(i / (double)most, gamma * 0.00001) + 0.5);
        }

        return table;
    }
}
