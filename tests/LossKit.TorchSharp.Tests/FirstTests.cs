namespace LossKit.TorchSharp.Tests;

public sealed class FirstTests
{
    [TorchFact]
    public void Look()
    {
        using Tensor p = tensor(new float[] { 1, -2, 3 }).requires_grad_();
        using Tensor t = tensor(new float[] { 0, 1, 1 });
        using Tensor l = Loss.BinaryCrossEntropyLogits<float>().ToTorch().forward(p, t);
        l.backward();
        using Tensor q = tensor(new float[] { 1, -2, 3 }).requires_grad_();
        using Tensor m = nn.functional.binary_cross_entropy_with_logits(q, t);
        m.backward();
        Console.WriteLine($"{l.item<float>()} {m.item<float>()} {string.Join(' ', p.grad!.data<float>())} | {string.Join(' ', q.grad!.data<float>())}");
        l.item<float>().Should().BeApproximately(m.item<float>(), 1e-6f);
    }
}
