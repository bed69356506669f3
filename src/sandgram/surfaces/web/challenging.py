"""The puzzle, by its link and in any browser."""

from fastapi import APIRouter, Response

from sandgram.surfaces.web import pages
from sandgram.surfaces.web.entering import LOG_IN, onward
from sandgram.surfaces.web.puzzles import tile
from sandgram.surfaces.web.visitors import TheVisitor, Visitor
from sandgram.world import challenges
from sandgram.world.challenges import TILES, Puzzle

router = APIRouter(prefix="/web", tags=["web"])


@router.get("/challenge/{ticket}")
def challenge_page(ticket: str, visitor: TheVisitor) -> Response:
    puzzle = challenges.find(visitor.world, ticket)
    if puzzle is None:
        return visitor.shown(pages.challenge_over(visitor.look()), status=404)
    return _shown(visitor, puzzle)


@router.post("/challenge/{ticket}")
def solve(ticket: str, visitor: TheVisitor) -> Response:
    puzzle = challenges.find(visitor.world, ticket)
    if puzzle is None:
        return visitor.shown(pages.challenge_over(visitor.look()), status=404)
    if not visitor.has_fresh_form:
        back = f"/web/challenge/{ticket}"
        return visitor.shown(pages.stale_form(visitor.look(), back=back), status=403)
    chosen = tuple(
        number for number in range(1, TILES + 1) if visitor.fields.get(f"tile_{number}")
    )  # fmt: skip
    if challenges.answer(visitor.world, puzzle, chosen=chosen):
        step = visitor.step()
        # Whoever was logging in here goes on; a helper from elsewhere gets a word of thanks.
        if step is not None and step.number == puzzle.number:
            return onward(visitor, step)
    return _shown(
        visitor, challenges.find(visitor.world, ticket) or puzzle, error="Not quite. Try this one."
    )


@router.get("/challenge/{ticket}/{turn}/{number}.png")
def picture(ticket: str, turn: int, number: int, visitor: TheVisitor) -> Response:
    puzzle = challenges.find(visitor.world, ticket)
    if puzzle is None or puzzle.round != turn or not 1 <= number <= TILES:
        return visitor.shown(pages.missing(visitor.look()), status=404)
    content = tile(puzzle.shapes[number - 1], challenges.luck(visitor.world, puzzle, number))
    return Response(content, media_type="image/png", headers={"Cache-Control": "no-store"})


def _shown(visitor: Visitor, puzzle: Puzzle, *, error: str = "") -> Response:
    if not puzzle.is_passed:
        return visitor.shown(pages.challenge(visitor.look(error=error), puzzle))
    step = visitor.step()
    is_own = step is not None and step.number == puzzle.number
    place = "/web/code" if is_own else LOG_IN
    return visitor.shown(pages.challenge_passed(visitor.look(), next_address=place))
