"""The losses of the comparison in PyTorch, on one thread, served line by line over stdin and stdout.

Words are between tabs. The first line written is the version and BLAS. Then, of each line read:

load (ROLE FILE COLUMNS)...             loads raw arrays of predictions, targets or labels; answers "ok"
prepare LOSS forward|backward           answers an id, the mean loss, the sum of |gradients| and the nanoseconds that the
                                        first call took; or "unknown"
time ID CALLS                           answers the nanoseconds that the calls take
"""

import math
import re
import sys
import time

import torch
import torch.nn.functional as F

torch.set_num_threads(1)

# The time that this process has computed; where that is too coarse, the time on the wall.
clock = time.perf_counter_ns if sys.platform == "win32" else time.process_time_ns

LOG2 = math.log(2)
STUDENT = math.lgamma(1.5) - math.lgamma(2) + 0.5 * math.log(3 * math.pi)


def log_cosh(d):
    return d + F.softplus(-2 * d) - LOG2


def tweedie(log_mean, target):
    return 2 * (torch.exp(0.5 * log_mean) + target * torch.exp(-0.5 * log_mean))


def focal(x, t):
    entropy = F.binary_cross_entropy_with_logits(x, t, reduction="none")
    probability = torch.sigmoid(x)
    right = probability * t + (1 - probability) * (1 - t)
    return (entropy * (1 - right) ** 2).mean()


def modified_huber(a):
    missing = F.relu(1 - a)
    clipped = missing.clamp(max=2)
    return clipped * (2 * missing - clipped)


def smoothed_hinge(a):
    missing = F.relu(1 - a)
    clipped = missing.clamp(max=1)
    return clipped * (missing - 0.5 * clipped)


def of_error(loss):
    return lambda p, t: loss(p - t).mean()


def of_margin(loss):
    return lambda p, t: loss(p * t).mean()


# Where PyTorch has a function, it is used.
POINTWISE = {
    "SquaredError()": F.mse_loss,
    "AbsoluteError()": F.l1_loss,
    "Huber()": F.huber_loss,
    "SmoothL1()": F.smooth_l1_loss,
    "LogCosh()": of_error(log_cosh),
    "Quantile(0.9)": of_error(lambda d: torch.maximum(0.1 * d, -0.9 * d)),
    "EpsilonInsensitive()": of_error(lambda d: F.relu(d.abs() - 0.1)),
    "SquaredEpsilonInsensitive()": of_error(lambda d: F.relu(d.abs() - 0.1).square()),
    "SquaredLogError()": lambda p, t: F.mse_loss(p.clamp(min=1e-7).log1p(), t.clamp(min=1e-7).log1p()),
    "AbsolutePercentageError()": lambda p, t: ((p - t).abs() / t.abs().clamp(min=2.220446049250313e-16)).mean(),
    "SymmetricPercentageError()": lambda p, t: (
        2 * (p - t).abs() / (p.abs() + t.abs()).clamp(min=2.220446049250313e-16)
    ).mean(),
    "PseudoHuber()": of_error(lambda d: torch.sqrt(1 + d.square()) - 1),
    "Fair()": of_error(lambda d: 1.3998 * (d.abs() - 1.3998 * torch.log1p(d.abs() / 1.3998))),
    "Linex(1)": of_error(lambda d: torch.expm1(d) - d),
    "LpDistance(3)": of_error(lambda d: d.abs().pow(3)),
    "LogisticDistance()": of_error(lambda d: 2 * log_cosh(0.5 * d)),
    "Periodic(5)": of_error(lambda d: 1 - torch.cos(d * (2 * math.pi / 5))),
    "Cauchy()": of_error(lambda d: 0.5 * torch.log1p(d.square())),
    "GemanMcClure()": of_error(lambda d: 0.5 * d.square() / (1 + d.square())),
    "TukeyBiweight(1)": of_error(lambda d: (1 - (1 - d.square().clamp(max=1)).pow(3)) / 6),
    "GeneralRobust(1)": of_error(lambda d: torch.sqrt(1 + d.square()) - 1),
    "Poisson()": F.poisson_nll_loss,
    "Gamma()": lambda p, t: (p + t * torch.exp(-p)).mean(),
    "Tweedie()": lambda p, t: tweedie(p, t).mean(),
    "TweedieIdentity()": lambda p, t: (2 * (p.sqrt() + t * p.rsqrt())).mean(),
    "LaplaceNegativeLogLikelihood(1)": of_error(lambda d: d.abs() + LOG2),
    "StudentTNegativeLogLikelihood(3)": of_error(lambda d: 2 * torch.log1p(d.square() / 3) + STUDENT),
    "GaussianNegativeLogLikelihood(1)": lambda p, t: F.gaussian_nll_loss(p, t, torch.ones(1)),
    "Expectile(0.9)": of_error(lambda d: (0.9 - 0.8 * (d > 0)) * d.square()),
    "BinaryCrossEntropyLogits()": F.binary_cross_entropy_with_logits,
    "BinaryCrossEntropy()": F.binary_cross_entropy,
    "BinaryFocalLogits()": focal,
    "Hinge()": of_margin(lambda a: F.relu(1 - a)),
    "SquaredHinge()": of_margin(lambda a: F.relu(1 - a).square()),
    "SmoothedHinge(1)": of_margin(smoothed_hinge),
    "ModifiedHuber()": of_margin(modified_huber),
    "Logistic()": F.soft_margin_loss,
    "Exponential()": of_margin(lambda a: torch.exp(-a)),
    "Perceptron()": of_margin(lambda a: F.relu(-a)),
    "SigmoidMargin()": of_margin(lambda a: 1 - torch.tanh(a)),
    "LeastSquaresMargin()": of_margin(lambda a: (1 - a).square()),
    "AdversarialWasserstein()": of_margin(torch.neg),
    "Misclassification()": lambda p, t: (p != t).float().mean(),
    "ZeroOne()": lambda p, t: (p * t < 0).float().mean(),
    "Dwd(1)": of_margin(lambda a: torch.where(a <= 0.5, 1 - a, 0.25 / a.clamp(min=0.5))),
}


def log_softmax_at(x, label):
    return F.log_softmax(x, 1).gather(1, label[:, None])


def row_focal(x, label):
    log_p = log_softmax_at(x, label)
    return -((1 - log_p.exp()) ** 2 * log_p).mean()


def poly1(x, label):
    log_p = log_softmax_at(x, label)
    return (1 - log_p.exp() - log_p).mean()


def crammer_singer(x, label):
    index = label[:, None]
    rival = x.scatter(1, index, -math.inf).max(1, keepdim=True).values
    return F.relu(1 + rival - x.gather(1, index)).mean()


def jensen_shannon(p, t):
    log_m = torch.log(0.5 * (p + t))
    return 0.5 * (torch.xlogy(p, p) + torch.xlogy(t, t) - (p + t) * log_m).sum() / len(p)


ROWS = {
    "SoftmaxCrossEntropy()": F.cross_entropy,
    "SoftmaxCrossEntropy(labelSmoothing: 0.1)": lambda x, label: F.cross_entropy(x, label, label_smoothing=0.1),
    "SoftmaxCrossEntropy().WithProbabilityTargets()": F.cross_entropy,
    "MulticlassFocal()": row_focal,
    "GeneralizedCrossEntropy()": lambda x, label: ((1 - torch.exp(0.7 * log_softmax_at(x, label))) / 0.7).mean(),
    "Poly1()": poly1,
    "MulticlassHinge()": F.multi_margin_loss,
    "CrammerSinger()": crammer_singer,
    "NegativeLogLikelihood()": F.nll_loss,
    "KLDivergence()": lambda x, t: F.kl_div(x, t, reduction="batchmean"),
    "CategoricalCrossEntropy()": lambda p, label: -p.gather(1, label[:, None]).log().mean(),
    "CategoricalCrossEntropy().WithProbabilityTargets()": lambda p, t: -(t * p.log()).sum() / len(p),
    "JensenShannonDivergence()": jensen_shannon,
}



def contrastive(a, b, similar):
    d = F.pairwise_distance(a, b, eps=0)
    return torch.where(similar == 1, d.square(), F.relu(1 - d).square()).mean()


def triplet_squared(a, p, n):
    return F.relu(0.2 + (a - p).square().sum(1) - (a - n).square().sum(1)).mean()


def info_nce(q, k):
    return F.cross_entropy(F.normalize(q) @ F.normalize(k).T / 0.07, torch.arange(len(q)))


def others(z, temperature):
    """The similarities of all rows, without those to themselves."""
    return (z @ z.T / temperature).fill_diagonal_(-math.inf)


def nt_xent(first, second):
    logits = others(F.normalize(torch.cat([first, second])), 0.5)
    return F.cross_entropy(logits, torch.arange(len(logits)).roll(len(first)))


def supervised_contrastive(x, label):
    log_p = F.log_softmax(others(F.normalize(x), 0.1), 1)
    positive, _ = relations(label)
    return -(torch.where(positive, log_p, log_p.new_zeros(())).sum(1) / positive.sum(1)).mean()


def relations(label):
    """Which other rows are of the same label, and which are not."""
    same = label[:, None] == label
    return same.clone().fill_diagonal_(False), ~same


def squared_distances(x):
    squares = x.square().sum(1)
    return (squares[:, None] + squares - 2 * (x @ x.T)).clamp(min=1e-12)


def batch_contrastive(x, label):
    squared = squared_distances(x)
    positive, negative = relations(label)
    apart = F.relu(5 - squared.sqrt()).square()
    return (squared * positive + apart * negative).sum() / (len(x) * (len(x) - 1))


# Rows are chosen without gradients, which only those chosen have.
def batch_hard(x, label):
    squared = squared_distances(x)
    positive, negative = relations(label)
    constant = squared.detach()
    p = constant.masked_fill(~positive, -math.inf).argmax(1, keepdim=True)
    n = constant.masked_fill(~negative, math.inf).argmin(1, keepdim=True)
    return F.relu(1 + squared.gather(1, p).sqrt() - squared.gather(1, n).sqrt()).mean()


def batch_all(x, label):
    distance = squared_distances(x).sqrt()
    positive, negative = relations(label)
    a, p = positive.nonzero(as_tuple=True)
    negative = negative[a]
    return (F.relu(1 + distance[a, p][:, None] - distance[a]) * negative).sum() / negative.sum()


def semi_hard(x, label):
    squared = squared_distances(x)
    positive, negative = relations(label)
    constant = squared.detach()
    a, p = positive.nonzero(as_tuple=True)
    farther = negative[a] & (constant[a] > constant[a, p][:, None])
    nearest = constant[a].masked_fill(~farther, math.inf).argmin(1)
    farthest = constant.masked_fill(~negative, -math.inf).argmax(1)
    n = torch.where(farther.any(1), nearest, farthest[a])
    return F.relu(1 + squared[a, p] - squared[a, n]).mean()


EMBEDDINGS = {
    "Contrastive()": contrastive,
    "CosineEmbedding()": F.cosine_embedding_loss,
    "MarginRanking()": F.margin_ranking_loss,
    "Triplet()": lambda a, p, n: F.triplet_margin_loss(a, p, n, eps=0),
    "TripletSquared()": triplet_squared,
    "InfoNce()": info_nce,
    "NtXent()": nt_xent,
    "SupervisedContrastive()": supervised_contrastive,
    "BatchContrastive(margin: 5)": batch_contrastive,
    "BatchHardTriplet()": batch_hard,
    "BatchAllTriplet()": batch_all,
    "SemiHardTriplet()": semi_hard,
}

LOSSES = {**POINTWISE, **ROWS, **EMBEDDINGS}


def read(role, path, columns):
    type_ = torch.int32 if role == "labels" else torch.float32
    with open(path, "rb") as file:
        array = torch.frombuffer(bytearray(file.read()), dtype=type_).clone()
    if role == "labels":
        array = array.long()
    return array.view(-1, columns) if columns > 1 else array


class Server:
    def load(self, *arrays):
        triples = list(zip(arrays[::3], arrays[1::3], map(int, arrays[2::3])))
        self.arrays = [read(*triple) for triple in triples]
        self.leaves = [
            array.clone().requires_grad_() if role == "predictions" else array
            for (role, _, _), array in zip(triples, self.arrays)
        ]
        self.runs = []
        return "ok"

    def clear(self):
        for leaf in self.leaves:
            leaf.grad = None

    def prepare(self, name, direction):
        loss = LOSSES.get(name)
        if loss is None:
            return "unknown"

        def forward():
            with torch.inference_mode():
                return loss(*self.arrays)

        def backward():
            self.clear()
            mean = loss(*self.leaves)
            if mean.requires_grad:
                mean.backward()
            return mean

        run = forward if direction == "forward" else backward
        self.clear()
        start = clock()
        value = run().item()
        first = clock() - start
        gradients = [leaf.grad for leaf in self.leaves if leaf.grad is not None]
        norm = float(sum(gradient.abs().sum(dtype=torch.float64).item() for gradient in gradients))
        self.clear()
        self.runs.append(run)
        return f"{len(self.runs) - 1}\t{value!r}\t{norm!r}\t{first}"

    def time(self, index, calls):
        run = self.runs[int(index)]
        calls = int(calls)
        start = clock()
        for _ in range(calls):
            run()
        return str(clock() - start)


def main():
    blas = re.search(r"BLAS_INFO=(\w+)", torch.__config__.show())
    print(f"{torch.__version__}, BLAS {blas[1] if blas else 'unknown'}", flush=True)
    server = Server()
    for line in sys.stdin:
        command, *arguments = line.rstrip("\n").split("\t")
        print(getattr(server, command)(*arguments), flush=True)


main()
