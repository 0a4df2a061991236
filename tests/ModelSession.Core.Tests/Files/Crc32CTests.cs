using System.Text;
using ModelSessions.Files;

namespace ModelSessions.Tests.Files;

public sealed class Crc32CTests
{
    // RFC 3720, B.4, and the check value of the CRC catalogue.
    [Fact]
    public void Known_texts_have_their_known_checksums()
    {
        Assert.Equal(0xE3069283, Crc32C.Of("123456789"u8));
        Assert.Equal(0x8A9136AA, Crc32C.Of(new byte[32]));
        Assert.Equal(0u, Crc32C.Of([]));
    }

    [Fact]
    public void The_processor_and_the_table_agree_at_every_length_and_cut()
    {
        byte[] bytes = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 40).Select(i => $"{i},")));
        for (int length = 0; length < bytes.Length; length++)
        {
            uint whole = Crc32C.AppendSoftware(0, bytes.AsSpan(0, length));
            Assert.Equal(whole, Crc32C.Of(bytes.AsSpan(0, length)));
            Assert.Equal(whole, Crc32C.Append(Crc32C.Of(bytes.AsSpan(0, length / 3)), bytes.AsSpan(length / 3, length - length / 3)));
        }
    }

    [Fact]
    public void Long_rows_of_bytes_have_the_checksum_of_the_table_and_parts_can_be_put_together()
    {
        byte[] bytes = new byte[100_003];
        new Random(1).NextBytes(bytes);
        foreach (int length in new[] { 24_575, 24_576, 24_577, 49_152, 73_729, bytes.Length })
        {
            uint whole = Crc32C.AppendSoftware(0, bytes.AsSpan(0, length));
            Assert.Equal(whole, Crc32C.Of(bytes.AsSpan(0, length)));
            foreach (int cut in new[] { 0, 1, length / 3, length - 1, length })
            {
                Assert.Equal(whole, Crc32C.Combine(Crc32C.Of(bytes.AsSpan(0, cut)), Crc32C.Of(bytes.AsSpan(cut, length - cut)), length - cut));
            }
        }
    }

    // golden/files/README.md, the dump of "one_variable".
    [Fact]
    public void The_mask_of_no_bytes_is_the_one_that_empty_tensors_have() => Assert.Equal(0xA282EAD8, Crc32C.Mask(Crc32C.Of([])));
}
