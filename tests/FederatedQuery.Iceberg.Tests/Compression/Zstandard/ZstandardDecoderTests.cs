using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using FederatedQuery.Iceberg.Compression.Zstandard;
using FederatedQuery.Testing;

namespace FederatedQuery.Iceberg.Tests.Compression.Zstandard;

public class ZstandardDecoderTests
{
    private const int MaxLength = 8 << 20;

    [Theory]
    [InlineData("text-1", 54047, "922caad7bfdadb7024e649ffae854047f699311ab534097ee80ac05b8515670c")]
    [InlineData("text-3", 54047, "922caad7bfdadb7024e649ffae854047f699311ab534097ee80ac05b8515670c")]
    [InlineData("text-19", 54047, "922caad7bfdadb7024e649ffae854047f699311ab534097ee80ac05b8515670c")]
    [InlineData("text-ultra-22", 54047, "922caad7bfdadb7024e649ffae854047f699311ab534097ee80ac05b8515670c")]
    [InlineData("text-fast", 54047, "922caad7bfdadb7024e649ffae854047f699311ab534097ee80ac05b8515670c")]
    [InlineData("skewed-9", 20000, "3305e96952516da9e459a7b47930f07d1d56d00c4f3bbb186833502f691aa4e9")]
    [InlineData("random-3", 3000, "49ef073f2c9ab8f77d847e6e2b6998d4049c94947fb4fe3ba38534e6ef12a7d6")]
    [InlineData("zeros-3", 3000000, "35bce4eae54ec8e6cc2868baa8d157914d6ae2858811b4cc0c078c94460fa26f")]
    [InlineData("empty", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("one-byte", 1, "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881")]
    [InlineData("repeat-12", 19900, "7aca363be5e00789ab7f159c494b3e73dc920633b66f54511d6db632c268d9c4")]
    public void Decompress_FrameOfTheTool_GivesItsContent(string name, int length, string sha256)
    {
        var content = ZstandardDecoder.Decompress(Frame(name), MaxLength);

        Assert.Equal(length, content.Length);
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(content)));
    }

    [Fact]
    public void Decompress_SeveralFramesAndSkippableOnes_AreJoined()
    {
        byte[] skippable = [0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 9, 9, 9];
        byte[] source = [.. Frame("one-byte"), .. skippable, .. Frame("one-byte"), .. skippable];

        Assert.Equal("xx", Encoding.ASCII.GetString(ZstandardDecoder.Decompress(source, MaxLength)));
    }

    [Theory]
    [InlineData("zeros-3", 2_999_999)]
    [InlineData("text-3", 100)]
    public void Decompress_LongerThanAllowed_IsRefused(string name, int maxLength)
    {
        var exception = Assert.Throws<InvalidDataException>(() => ZstandardDecoder.Decompress(Frame(name), maxLength));

        Assert.Equal($"The Zstandard data decodes to more than the {maxLength} bytes allowed here.", exception.Message);
    }

    [Fact]
    public void Decompress_WrongChecksum_IsRefused()
    {
        var frame = Frame("text-3");
        frame[^1] ^= 1;

        var exception = Assert.Throws<InvalidDataException>(() => ZstandardDecoder.Decompress(frame, MaxLength));

        Assert.Equal("The content checksum of a Zstandard frame is wrong: the data is damaged.", exception.Message);
    }

    [Fact]
    public void Decompress_NeedsADictionary_IsRefused()
    {
        byte[] frame = [0x28, 0xB5, 0x2F, 0xFD, 0x21, 7, 0];

        Assert.Equal(
            "A Zstandard frame needs a dictionary, and there is none here.",
            Assert.Throws<InvalidDataException>(() => ZstandardDecoder.Decompress(frame, MaxLength)).Message);
    }

    [Theory]
    [InlineData("text-19")]
    [InlineData("skewed-9")]
    [InlineData("repeat-12")]
    [InlineData("one-byte")]
    public void Decompress_CutAnywhere_IsRefused(string name)
    {
        var frame = Frame(name);
        for (var length = 0; length < frame.Length; length += Math.Max(1, frame.Length / 200))
        {
            Assert.Throws<InvalidDataException>(() => ZstandardDecoder.Decompress(frame.AsSpan(0, length), MaxLength));
        }
    }

    /// <summary>Damage is found or gives other bytes; it never leaves the input, the limit or the exception type.</summary>
    [Theory]
    [InlineData("text-19")]
    [InlineData("text-fast")]
    [InlineData("skewed-9")]
    [InlineData("repeat-12")]
    [InlineData("zeros-3")]
    public void Decompress_DamagedAnywhere_FailsCleanly(string name)
    {
        var frame = Frame(name);
        var random = new Random(name.Length);
        for (var i = 0; i < 400; i++)
        {
            var damaged = frame.ToArray();
            var flips = random.Next(1, 4);
            for (var flip = 0; flip < flips; flip++)
            {
                damaged[random.Next(i % 2 == 0 ? damaged.Length : Math.Min(40, damaged.Length))] ^= (byte)(1 << random.Next(8));
            }

            var exception = Record.Exception(() => ZstandardDecoder.Decompress(damaged, MaxLength));

            Assert.True(exception is null or InvalidDataException, exception?.ToString());
        }
    }

    /// <summary>All levels and sizes, where the tool is installed.</summary>
    [ZstandardToolTheory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(13)]
    [InlineData(19)]
    public void Decompress_ToolAtLevel_RoundTrips(int level)
    {
        var random = new Random(level);
        foreach (var length in (int[])[2, 100, 1023, 70_000, 140_000, 600_000])
        {
            // Bytes with structure: few symbols, long repeats, some noise.
            var content = new byte[length];
            for (var i = 0; i < length; i++)
            {
                content[i] = i > 300 && random.Next(8) > 0 ? content[i - random.Next(1, 300)] : (byte)random.Next(40, 40 + (level * 8));
            }

            Assert.True(content.AsSpan().SequenceEqual(ZstandardDecoder.Decompress(RunTool(content, level), MaxLength)), $"{length} bytes differ.");
        }
    }

    private static byte[] RunTool(byte[] content, int level)
    {
        var folder = Directory.CreateTempSubdirectory("zstandard-");
        try
        {
            var input = Path.Combine(folder.FullName, "content");
            File.WriteAllBytes(input, content);
            using var process = Process.Start("zstd", ["-q", $"-{level}", input]);
            Assert.True(process.WaitForExit(TimeSpan.FromMinutes(1)));
            return File.ReadAllBytes(input + ".zst");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static byte[] Frame(string name) => File.ReadAllBytes(
        Path.Combine(Repository.Root, "tests/FederatedQuery.Iceberg.Tests/Compression/Zstandard/frames", name + ".zst"));
}

/// <summary>Skipped where the zstd command line tool is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ZstandardToolTheoryAttribute : TheoryAttribute
{
    public ZstandardToolTheoryAttribute()
    {
        var isInstalled = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, "zstd")));
        Skip = isInstalled ? null : "The zstd command line tool is not installed.";
    }
}
