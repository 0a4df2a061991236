namespace ModelSessions.Tests.Kernels;

/// <summary>Tensor arrays, stacks and lists. Expected errors are those of TensorFlow's kernels.</summary>
public sealed class ContainerTests
{
    private const string Array = """
        size Const value=i:2
        zero Const value=i:0
        x Placeholder dtype=float
        array TensorArrayV3 size dtype=float
        write TensorArrayWriteV3 array zero x array:1
        """;

    [Theory]
    [InlineData("again TensorArrayWriteV3 array zero x write", "again", "already been written")]
    [InlineData("read TensorArrayReadV3 array zero write dtype=float\nagain TensorArrayReadV3 array zero write dtype=float ^read", "again", "cleared")]
    [InlineData("again TensorArrayWriteV3 array size x write", "again", "size is: 2")]
    [InlineData("again TensorArrayReadV3 array zero write dtype=int32", "again", "int32")]
    [InlineData("close TensorArrayCloseV3 array ^write\nagain TensorArrayReadV3 array zero write dtype=float ^close", "again", "closed")]
    public void An_array_is_written_once_and_read_once(string more, string target, string message)
    {
        using CpuRun run = new(Array + '\n' + more);

        EngineException e = Assert.Throws<EngineException>(() => run.Fetch(target + ":0", ("x:0", Tensor.Scalar(1f))));

        Assert.Equal((StatusCode.InvalidArgument, target), (e.Code, e.Node));
        Assert.Contains(message, e.Message);
    }

    [Fact]
    public void An_array_lives_for_one_run()
    {
        using CpuRun run = new(Array + "\nread TensorArrayReadV3 array zero write dtype=float");

        Assert.Equal(1f, run.Fetch("read:0", ("x:0", Tensor.Scalar(1f))).ToScalar<float>());
        Assert.Equal(2f, run.Fetch("read:0", ("x:0", Tensor.Scalar(2f))).ToScalar<float>());
    }

    [Fact]
    public void Gradients_written_to_one_place_add_up_and_those_never_written_are_zeros()
    {
        using CpuRun run = new(Array + """

            one Const value=i:1
            also TensorArrayWriteV3 array one x write
            grads TensorArrayGradV3 array also source=gradients
            first TensorArrayWriteV3 grads zero x grads:1
            second TensorArrayWriteV3 grads zero x first
            sum TensorArrayReadV3 grads zero second dtype=float
            none TensorArrayReadV3 grads one second dtype=float
            """);

        Assert.Equal([3f, 5f], run.Fetch("sum:0", ("x:0", Tensor.From(1.5f, 2.5f))).Span<float>());
        Assert.Equal([0f, 0f], run.Fetch("none:0", ("x:0", Tensor.From(1.5f, 2.5f))).Span<float>());
    }

    [Fact]
    public void A_changed_list_leaves_the_old_one_as_it_was()
    {
        using CpuRun run = new("""
            x Placeholder dtype=float
            scalar Placeholder dtype=int32
            zero Const value=i:0
            nine Const value=f:9
            list TensorListFromTensor x scalar
            changed TensorListSetItem list zero nine
            longer TensorListPushBack changed nine
            old TensorListStack list scalar element_dtype=float
            new TensorListStack longer scalar element_dtype=float
            """);
        (string, Tensor)[] feeds = [("x:0", Tensor.From(1f, 2f)), ("scalar:0", Tensor.From<int>([], [0]))];

        Assert.Equal([9f, 2f, 9f], run.Fetch("new:0", feeds).Span<float>());
        Assert.Equal([1f, 2f], run.Fetch("old:0", feeds).Span<float>());
    }

    [Fact]
    public void A_stack_gives_back_what_was_put_there_last()
    {
        using CpuRun run = new("""
            limit Const value=i:2
            x Const value=f:1
            y Const value=f:2
            stack StackV2 limit elem_type=float
            first StackPushV2 stack x
            second StackPushV2 stack y ^first
            pop StackPopV2 stack elem_type=float ^second
            third StackPushV2 stack y ^second
            """);

        Assert.Equal(2f, run.Fetch("pop:0").ToScalar<float>());
        Assert.Equal(StatusCode.InvalidArgument, Assert.Throws<EngineException>(() => run.Fetch("third:0")).Code);
    }
}
