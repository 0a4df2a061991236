using System.IO.Compression;

namespace ModelSessions.Files;

/// <summary>The rows of a PNG file one after another, unpacked and without their filters.</summary>
internal sealed class PngRows : IDisposable
{
    private readonly PngHeader _header;
    private readonly ZLibStream _stream;
    private byte[] _row;
    private byte[] _previous;

    public PngRows(PngFile file)
    {
        _header = file.Header;
        _stream = new ZLibStream(new MemoryStream(file.Data), CompressionMode.Decompress);
        int length = _header.RowLength(_header.Width) + 1;
        _row = new byte[length];
        _previous = new byte[length];
    }

    /// <summary>Begins an image or a pass of it: there is no row above.</summary>
    public void Restart() => Array.Clear(_row);

    /// <summary>The next row, of so many pixels; valid until the one after it is read.</summary>
    /// <exception cref="ModelFileException">The data is damaged or ends.</exception>
    public ReadOnlySpan<byte> Next(int width)
    {
        int length = _header.RowLength(width);
        (_row, _previous) = (_previous, _row);
        Span<byte> row = _row.AsSpan(0, length + 1);
        try
        {
            if (_stream.ReadAtLeast(row, row.Length, throwOnEndOfStream: false) < row.Length)
            {
                throw ImageFault.Damaged("PNG", "there is not enough image data.");
            }
        }
        catch (InvalidDataException e)
        {
            throw new ModelFileException(StatusCode.InvalidArgument, null, $"Invalid PNG data: {e.Message}", innerException: e);
        }

        Unfilter(row[0], row[1..], _previous.AsSpan(1, length), _header.FilterStep);
        return row[1..];
    }

    public void Dispose() => _stream.Dispose();

    private static void Unfilter(byte filter, Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        switch (filter)
        {
            case 0:
                break;
            case 1:
                for (int i = step; i < row.Length; i++)
                {
                    row[i] += row[i - step];
                }

                break;
            case 2:
                for (int i = 0; i < row.Length; i++)
                {
                    row[i] += above[i];
                }

                break;
            case 3:
                for (int i = 0; i < row.Length; i++)
                {
                    row[i] += (byte)(((i < step ? 0 : row[i - step]) + above[i]) / 2);
                }

                break;
            case 4:
                for (int i = 0; i < row.Length; i++)
                {
                    row[i] += i < step ? above[i] : Paeth(row[i - step], above[i], above[i - step]);
                }

                break;
            default:
                throw ImageFault.Damaged("PNG", $"there is no filter {filter}.");
        }
    }

    /// <summary>Of the bytes to the left, above, and above left the one nearest to left + above − above left.</summary>
    public static byte Paeth(byte left, byte above, byte corner)
    {
        int toLeft = Math.Abs(above - corner), toAbove = Math.Abs(left - corner), toCorner = Math.Abs(left + above - 2 * corner);
        return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
    }
}
