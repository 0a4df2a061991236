using System.Buffers.Binary;

namespace ModelSessions.Files;

/// <summary>Compresses as zlib 1.3 does, byte for byte: .NET's own compressor finds other matches, and files are compared with TensorFlow's.
/// Level 0 gives other blocks than zlib, which cuts them by the room in its output.</summary>
internal sealed class ZlibEncoder
{
    private const int MinMatch = 3, MaxMatch = 258, MinLookahead = MaxMatch + MinMatch + 1, TooFar = 4096, HashSize = 1 << 16;

    // Per level: from which length to search less, to search no further, to be content, how far to search.
    private static readonly (int Good, int Lazy, int Nice, int Chain)[] s_levels =
    [
        (0, 0, 0, 0), (4, 4, 8, 4), (4, 5, 16, 8), (4, 6, 32, 32), (4, 4, 16, 16), (8, 16, 32, 32), (8, 16, 128, 128), (8, 32, 128, 256),
        (32, 128, 258, 1024), (32, 258, 258, 4096),
    ];

    private readonly byte[] _data;
    private readonly int _level;
    private readonly bool _filtered;
    private readonly int _window;
    private readonly int[] _head = new int[HashSize];
    private readonly int[] _previous;
    private readonly BitSink _target = new();
    private readonly DeflateBlock _block;
    private int _given, _read, _at, _slid, _blockStart, _matchStart;
    private int _matchLength = MinMatch - 1;
    private bool _pending;

    private ZlibEncoder(byte[] data, int level, int windowBits, bool filtered)
    {
        (_data, _level, _filtered, _window) = (data, level, filtered, 1 << windowBits);
        _previous = new int[_window];
        _head.AsSpan().Fill(-1);
        _block = new DeflateBlock(_target);
    }

    private int MaxDistance => _window - MinLookahead;

    /// <summary>Compresses.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="part">In parts of how many bytes zlib is given them.</param>
    /// <param name="level">0 to 9.</param>
    /// <param name="windowBits">9 to 15.</param>
    /// <param name="filtered">Whether short matches are left alone (zlib's strategy for what a filter made).</param>
    public static byte[] Compress(byte[] data, int part, int level, int windowBits, bool filtered)
    {
        ZlibEncoder encoder = new(data, level, windowBits, filtered);
        int flags = level < 2 ? 0 : level < 6 ? 1 : level == 6 ? 2 : 3;
        int header = (8 + ((windowBits - 8) << 4)) << 8 | flags << 6;
        encoder._target.AddBytes([(byte)(header >> 8), (byte)(header + 31 - header % 31)]);
        if (level == 0)
        {
            encoder.StoreAll();
        }
        else
        {
            for (int given = 0; given < data.Length; given += part)
            {
                encoder._given = Math.Min(given + part, data.Length);
                encoder.Run(finish: false);
            }

            encoder.Run(finish: true);
        }

        byte[] sum = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(sum, Adler(data));
        encoder._target.AddBytes(sum);
        return encoder._target.ToArray();
    }

    private static uint Adler(ReadOnlySpan<byte> data)
    {
        uint a = 1, b = 0;
        foreach (byte value in data)
        {
            a = (a + value) % 65521;
            b = (b + a) % 65521;
        }

        return (b << 16) | a;
    }

    private void StoreAll()
    {
        int at = 0;
        do
        {
            int length = Math.Min(_data.Length - at, ushort.MaxValue);
            DeflateBlock.Store(_target, _data.AsSpan(at, length), at + length == _data.Length);
            at += length;
        }
        while (at < _data.Length);
    }

    private void Run(bool finish)
    {
        while (true)
        {
            if (_read - _at < MinLookahead)
            {
                Fill();
                if (_read - _at < MinLookahead && !finish)
                {
                    return;
                }

                if (_read == _at)
                {
                    break;
                }
            }

            if (_level < 4)
            {
                StepFast();
            }
            else
            {
                StepLazy();
            }
        }

        if (_pending)
        {
            _block.AddLiteral(_data[_at - 1]);
            _pending = false;
        }

        Flush(last: true);
    }

    // zlib keeps two windows of bytes, and moves on by one when the second is nearly used up. Only what is left of a block by then may be stored.
    private void Fill()
    {
        do
        {
            if (_at - _slid >= _window + MaxDistance)
            {
                _slid += _window;
            }

            _read = Math.Min(_given, _slid + 2 * _window);
        }
        while (_read - _at < MinLookahead && _read < _given);
    }

    private void Flush(bool last)
    {
        _block.Flush(_data.AsSpan(_blockStart, _at - _blockStart), _blockStart >= _slid, last);
        _blockStart = _at;
    }

    private int Insert(int at)
    {
        int hash = ((_data[at] << 12) ^ (_data[at + 1] << 6) ^ _data[at + 2]) & (HashSize - 1);
        int head = _head[hash];
        _previous[at & (_window - 1)] = head;
        _head[hash] = at;
        return head;
    }

    private bool IsReachable(int head) => head > _slid && _at - head <= MaxDistance;

    private void StepFast()
    {
        int head = _read - _at >= MinMatch ? Insert(_at) : -1;
        int length = IsReachable(head) ? LongestMatch(head, MinMatch - 1) : 0;
        if (length >= MinMatch)
        {
            _block.AddMatch(_at - _matchStart, length);
            int end = _at + length;
            if (length <= s_levels[_level].Lazy && _read - end >= MinMatch)
            {
                while (++_at < end)
                {
                    Insert(_at);
                }
            }

            _at = end;
        }
        else
        {
            _block.AddLiteral(_data[_at++]);
        }

        if (_block.IsFull)
        {
            Flush(last: false);
        }
    }

    private void StepLazy()
    {
        int head = _read - _at >= MinMatch ? Insert(_at) : -1;
        (int previousLength, int previousMatch) = (_matchLength, _matchStart);
        _matchLength = MinMatch - 1;
        if (previousLength < s_levels[_level].Lazy && IsReachable(head))
        {
            _matchLength = LongestMatch(head, previousLength);
            if (_matchLength <= 5 && (_filtered || (_matchLength == MinMatch && _at - _matchStart > TooFar)))
            {
                _matchLength = MinMatch - 1;
            }
        }

        if (previousLength >= MinMatch && _matchLength <= previousLength)
        {
            TakePrevious(previousLength, previousMatch);
        }
        else if (_pending)
        {
            _block.AddLiteral(_data[_at - 1]);
            if (_block.IsFull)
            {
                Flush(last: false);
            }

            _at++;
        }
        else
        {
            _pending = true;
            _at++;
        }
    }

    private void TakePrevious(int length, int match)
    {
        int lastInsert = _read - MinMatch, end = _at - 1 + length;
        _block.AddMatch(_at - 1 - match, length);
        while (++_at < end)
        {
            if (_at <= lastInsert)
            {
                Insert(_at);
            }
        }

        _pending = false;
        _matchLength = MinMatch - 1;
        if (_block.IsFull)
        {
            Flush(last: false);
        }
    }

    private int LongestMatch(int candidate, int best)
    {
        (int good, _, int nice, int chain) = s_levels[_level];
        int lookahead = Math.Min(_read - _at, MaxMatch), limit = Math.Max(_at - MaxDistance, _slid);
        chain = best >= good ? chain >> 2 : chain;
        nice = Math.Min(nice, _read - _at);
        ReadOnlySpan<byte> scan = _data.AsSpan(_at, lookahead);
        do
        {
            // Only one that agrees behind the best so far can be longer.
            if (best < lookahead && _data[candidate + best] == scan[best] && _data[candidate] == scan[0])
            {
                int length = _data.AsSpan(candidate, lookahead).CommonPrefixLength(scan);
                if (length > best)
                {
                    _matchStart = candidate;
                    best = length;
                    if (length >= nice)
                    {
                        break;
                    }
                }
            }

            candidate = _previous[candidate & (_window - 1)];
        }
        while (candidate > limit && --chain != 0);
        return Math.Min(best, _read - _at);
    }
}
