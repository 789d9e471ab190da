"""Value and gradient of losses by PyTorch on a CUDA device, eager and compiled, as a share of a device copy's bandwidth:
beside benchmarks/LossKit.Gpu.Benchmarks. python3 torch_gpu.py, with torch. The gradient is with respect to the
predictions; bytes are those that cannot be saved: two reads and a write a number, one and one for rows."""
import statistics
import sys
import time

import torch
import torch.nn.functional as F


def seconds(run, repeats):
    """The median of seven series of launches, after one that is not counted."""
    times = []
    for sample in range(-1, 7):
        torch.cuda.synchronize()
        start = time.perf_counter()
        for _ in range(repeats):
            run()
        torch.cuda.synchronize()
        if sample >= 0:
            times.append((time.perf_counter() - start) / repeats)
    return statistics.median(times)


def shortage(prediction, target):
    """The composite of ShortageCost(4, 1, 2)."""
    surplus = prediction - target
    missed = F.softplus(-surplus)
    excess = torch.relu(surplus - 2)
    of_shortage = 4 * (missed + torch.sqrt(1 + surplus * surplus) - 1)
    return torch.where(surplus > 0, surplus + excess * excess + 4 * missed, of_shortage).mean()


def focal(prediction, target):
    cross_entropy = F.binary_cross_entropy_with_logits(prediction, target, reduction="none")
    probability = torch.sigmoid(prediction)
    right = probability * target + (1 - probability) * (1 - target)
    return (cross_entropy * (1 - right) ** 2).mean()


LOSSES = {
    "squared error": F.mse_loss,
    "Huber": F.huber_loss,
    "BCE with logits": F.binary_cross_entropy_with_logits,
    "focal": focal,
    "own composite": shortage,
}


def measure(name, loss, prediction, target, bytes_moved, copy_rate, repeats):
    for kind, function in (("eager", loss), ("compiled", torch.compile(loss))):
        def run():
            prediction.grad = None
            function(prediction, target).backward()

        try:
            took = seconds(run, repeats)
        except Exception as error:  # A machine without a compiler has no torch.compile.
            print(f"| {name}, {kind} | {prediction.numel()} | not measured: {str(error).splitlines()[0][:80]} | | |")
            continue
        rate = bytes_moved / took
        print(f"| {name}, {kind} | {prediction.numel()} | {took * 1e6:.1f} | {rate / 1e9:.0f} | {rate / copy_rate:.2f} |")
        sys.stdout.flush()


def main():
    if not torch.cuda.is_available():
        sys.exit("not measured: no CUDA device")
    print(f"PyTorch {torch.__version__} on {torch.cuda.get_device_name()}")
    print("| loss | floats | µs | GB/s | share of a copy |")
    print("| --- | --- | --- | --- | --- |")
    for length in (10_000_000, 100_000_000):
        prediction = (torch.rand(length, device="cuda") * 6 - 3).requires_grad_()
        target = torch.rand(length, device="cuda")
        repeats = max(2, min(40, 400_000_000 // length))
        other = torch.empty_like(target)
        copy_rate = 8 * length / seconds(lambda: other.copy_(target), repeats)
        for name, loss in LOSSES.items():
            measure(name, loss, prediction, target, 12 * length, copy_rate, repeats)
        del prediction, target, other
    for rows, classes in ((8192, 32_000), (2048, 128_256)):
        logits = (torch.rand(rows, classes, device="cuda") * 6 - 3).requires_grad_()
        labels = torch.arange(rows, device="cuda") * 7919 % classes
        other = torch.empty_like(logits)
        copy_rate = 8 * logits.numel() / seconds(lambda: other.copy_(logits.detach()), 3)
        del other
        measure(f"softmax cross-entropy {rows} x {classes}", F.cross_entropy, logits, labels,
                8 * logits.numel(), copy_rate, 3)
        del logits, labels


if __name__ == "__main__":
    main()
