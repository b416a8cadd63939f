using FederatedQuery.Logs.Ingest;
using FederatedQuery.Logs.Ingest.WriteAhead;

namespace FederatedQuery.Logs.Tests.Ingest.WriteAhead;

public class WriteAheadLogTests
{
    private static readonly string[][] Frames = [["a0", "a1"], ["b0"], ["c0", "c1", "c2"], ["d0"]];

    [Fact]
    public async Task Open_AfterAClose_GoesOnWithSequencesAndIdsThatRise()
    {
        using var files = new LogFiles();
        await files.WriteAsync(Frames);
        await files.WriteAsync(["e0"]);

        using var log = files.Open();
        Assert.Equal(8, log.Durable.Sequence);
        var reader = new WriteAheadReader(log, 0);
        using var batch = reader.Read(1000, 1 << 20)!;
        var ids = batch.EachRow().Select(row => RecordRows.IdOf(row.Span)).ToList();
        Assert.Equal(ids.Select(id => id.ToString()).Order(StringComparer.Ordinal), ids.Select(id => id.ToString()));
        Assert.Equal(Enumerable.Range(0, 8).Select(i => (LogFiles.Stream, (long)i)), ids.Select(id => (LogId.Parts(id).Stream, LogId.Parts(id).Sequence)));
        Assert.Equal(["a0", "a1", "b0", "c0", "c1", "c2", "d0", "e0"], batch.EachRow().Select(row => LogFiles.Message(row.Span)));
        reader.Dispose();
    }

    /// <summary>Whatever byte the last write got to: the frames before are whole, the rest is gone, and the log goes on.</summary>
    [Fact]
    public async Task Open_LogCutAnywhere_KeepsEveryWholeFrameAndNothingElse()
    {
        using var files = new LogFiles();
        await files.WriteAsync(Frames);
        var path = Directory.GetFiles(files.Options.Directory, "*.wal", SearchOption.AllDirectories).Single();
        var whole = await File.ReadAllBytesAsync(path);
        var (tag, ends) = Describe(files, whole);
        for (var length = 0; length <= whole.Length; length++)
        {
            var result = SegmentRecovery.Scan(whole.AsSpan(0, length), new Segment(path, 0), tag);
            var kept = ends.Where(end => end.Offset <= length).Append((Offset: 0, Sequence: 0L)).MaxBy(end => end.Offset);
            Assert.Equal((kept.Offset, kept.Sequence), (result.Length, result.EndSequence));
            Assert.Empty(result.Damage);
        }

        foreach (var length in new[] { 0, 1, ends[1].Offset - 1, ends[2].Offset + 5, whole.Length - 1 })
        {
            await File.WriteAllBytesAsync(path, whole[..length]);
            await files.WriteAsync(["next"]);
            using var log = files.Open();
            var expected = Frames.Take(ends.Count(end => end.Offset <= length)).SelectMany(frame => frame).Append("next");
            Assert.Equal(expected, LogFiles.ReadAll(log, 0).Messages);
        }
    }

    /// <summary>A bit that changes in what was acknowledged costs its own frame, is reported, and costs no other; in the last frame it looks like a torn write.</summary>
    [Fact]
    public async Task Open_AnyBitFlipped_CostsItsOwnFrameAndIsReported()
    {
        using var files = new LogFiles();
        await files.WriteAsync(Frames);
        var path = Directory.GetFiles(files.Options.Directory, "*.wal", SearchOption.AllDirectories).Single();
        var whole = await File.ReadAllBytesAsync(path);
        var (tag, ends) = Describe(files, whole);
        var random = new Random(1);
        for (var at = 0; at < whole.Length; at++)
        {
            var bytes = whole.ToArray();
            bytes[at] ^= (byte)(1 << random.Next(8));
            var hit = ends.FindIndex(end => at < end.Offset);
            var result = SegmentRecovery.Scan(bytes, new Segment(path, 0), tag);
            if (hit == ends.Count - 1)
            {
                Assert.Equal((ends[^2].Offset, ends[^2].Sequence), (result.Length, result.EndSequence));
                Assert.Empty(result.Damage);
            }
            else
            {
                Assert.Equal((whole.Length, ends[^1].Sequence), (result.Length, result.EndSequence));
                var lost = Assert.Single(result.Damage);
                Assert.Equal((hit == 0 ? 0 : ends[hit - 1].Sequence, ends[hit].Sequence), (lost.FirstSequence, lost.EndSequence));
            }
        }
    }

    [Fact]
    public async Task Read_FrameDamagedWhileItRuns_IsReportedAndPassedOver()
    {
        using var files = new LogFiles();
        await files.WriteAsync(Frames);
        var path = Directory.GetFiles(files.Options.Directory, "*.wal", SearchOption.AllDirectories).Single();
        using var log = files.Open();
        var (_, ends) = Describe(log.Tag, await File.ReadAllBytesAsync(path));
        using (var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            file.Position = ends[0].Offset + 70;
            file.WriteByte(0xAA);
        }

        var (messages, damage, _) = LogFiles.ReadAll(log, 0);

        Assert.Equal(["a0", "a1", "c0", "c1", "c2", "d0"], messages);
        Assert.Equal((2L, 3L), (Assert.Single(damage).FirstSequence, damage[0].EndSequence));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 80)]
    [InlineData(1000, 1 << 20)]
    public async Task Read_FromAnyPosition_GivesEverythingFromThereOn(int mostRows, int mostBytes)
    {
        using var files = new LogFiles();
        // Small segments: frames are spread over several files.
        files.Options.SegmentBytes = 200;
        await files.WriteAsync([.. Enumerable.Range(0, 20).Select(i => new[] { $"{i}x", $"{i}y" })]);
        using var log = files.Open();
        Assert.True(Directory.GetFiles(log.Folder.Path, "*.wal").Length > 5);
        var all = Enumerable.Range(0, 20).SelectMany(i => new[] { $"{i}x", $"{i}y" }).ToList();
        for (var position = 0; position <= all.Count; position++)
        {
            var (messages, damage, _) = LogFiles.ReadAll(log, position, mostRows, mostBytes);
            Assert.Equal(all.Skip(position), messages);
            Assert.Empty(damage);
        }
    }

    [Fact]
    public async Task Release_StoredSegments_AreDeletedAndADamagedOneIsPutAside()
    {
        using var files = new LogFiles();
        files.Options.SegmentBytes = 200;
        await files.WriteAsync([.. Enumerable.Range(0, 20).Select(i => new[] { $"{i}x", $"{i}y" })]);
        using var log = files.Open();
        var before = Segment.List(log.Folder.Path);
        log.MarkDamaged(new Damage(before[0].Path, 0, 0, 1));

        log.Release(before[2].FirstSequence);

        Assert.Equal(before.Skip(2), Segment.List(log.Folder.Path));
        Assert.Equal(Path.GetFileName(before[0].Path), Path.GetFileName(Assert.Single(Directory.GetFiles(Path.Combine(log.Folder.Path, "damaged")))));
        Assert.Equal(Path.Combine(log.Folder.Path, "damaged"), Assert.Single(Directory.GetDirectories(log.Folder.Path)));
    }

    [Fact]
    public async Task Append_ManyAndLargeRows_AreReadAsTheyWere()
    {
        using var files = new LogFiles();
        using var log = files.Open();
        var texts = Enumerable.Range(0, 3_000).Select(i => i % 500 == 7 ? new string('x', 900_000) + i : $"row {i}").ToArray();
        using (var appender = files.Appender(log))
        {
            await Task.WhenAll(texts.Chunk(70).Select(chunk => appender.Append(files.Rows(chunk))));
        }

        var (messages, _, reader) = LogFiles.ReadAll(log, 0);
        Assert.Equal(texts, messages);
        Assert.Equal(log.Durable.LogOffset, reader.LogOffset);
    }

    [Fact]
    public async Task Append_DiskRefuses_FailsAndGoesOnWhenItDoesNot()
    {
        using var files = new LogFiles();
        using var log = files.Open();
        using var appender = files.Appender(log);
        var path = log.Durable.Segment.Path;
        File.Move(path, path + ".away");
        await Assert.ThrowsAsync<IngestUnavailableException>(() => appender.Append(files.Rows("lost")));
        File.Move(path + ".away", path);

        await appender.Append(files.Rows("kept"));

        Assert.Equal(["kept"], LogFiles.ReadAll(log, 0).Messages);
        Assert.Equal(1, log.Durable.Sequence);
    }

    /// <summary>A device that refuses every byte with ENOSPC.</summary>
    [Fact]
    public async Task Append_DiskFull_IsRefusedForLaterAndGoesOnWhenThereIsRoom()
    {
        const string Full = "/dev/full";
        if (!File.Exists(Full))
        {
            return; // Linux alone has it; elsewhere the error has the same way.
        }

        using var files = new LogFiles();
        using var log = files.Open();
        using var appender = files.Appender(log);
        var path = log.Durable.Segment.Path;
        File.Move(path, path + ".away");
        File.CreateSymbolicLink(path, Full);
        var refused = await Assert.ThrowsAsync<IngestQueueFullException>(() => appender.Append(files.Rows("refused")));
        File.Delete(path);
        File.Move(path + ".away", path);

        await appender.Append(files.Rows("kept"));

        Assert.True(refused.RetryAfter >= TimeSpan.FromSeconds(1));
        Assert.Equal(["kept"], LogFiles.ReadAll(log, 0).Messages);
    }

    /// <summary>What is stored of the last segment is not kept for the sake of the next ones when the disk is short.</summary>
    [Fact]
    public async Task Append_DiskShort_GivesUpTheLastSegmentOnceItIsStored()
    {
        using var files = new LogFiles();
        using var log = files.Open();
        using var appender = files.Appender(log);
        await appender.Append(files.Rows("one", "two"));
        var first = log.Durable.Segment.Path;
        files.Options.MinimumFreeBytes = long.MaxValue / 2;
        Assert.Throws<IngestQueueFullException>(() => { _ = appender.Append(files.Rows("refused")); });
        Assert.True(File.Exists(first));

        appender.SetStored(log.Durable.LogOffset);
        Assert.Throws<IngestQueueFullException>(() => { _ = appender.Append(files.Rows("refused")); });
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (File.Exists(first))
        {
            await Task.Delay(5, patience.Token);
        }

        files.Options.MinimumFreeBytes = 0;
        await appender.Append(files.Rows("three"));
        Assert.Equal(["three"], LogFiles.ReadAll(log, 2).Messages);
    }

    private static (ulong Tag, List<(int Offset, long Sequence)> Ends) Describe(LogFiles files, byte[] bytes)
    {
        using var log = files.Open();
        return Describe(log.Tag, bytes);
    }

    private static (ulong Tag, List<(int Offset, long Sequence)> Ends) Describe(ulong tag, byte[] bytes)
    {
        var ends = new List<(int Offset, long Sequence)>();
        for (var at = 0; at < bytes.Length;)
        {
            var frame = FrameHeader.TryRead(bytes.AsSpan(at), tag, out _)!.Value;
            at += frame.FrameLength;
            ends.Add((at, frame.EndSequence));
        }

        return (tag, ends);
    }
}
